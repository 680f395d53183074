//! Company names written with Latin, Greek, Cyrillic and other letters.

use super::company::{Parts, says};
use super::legal_form;

/// Takes apart a name without East Asian characters.
pub(super) fn split(name: &str) -> Parts {
    let mut words = Vec::new();
    let mut start = 0;
    for piece in name.split_inclusive([' ', ',']) {
        let word = piece.trim_end_matches([' ', ',']);
        // An ampersand or a dash alone is no word: `GmbH & Co. KG` is one legal form.
        if says(word) {
            words.push(Word { start, text: word });
        }
        start += piece.len();
    }
    let mut kept = words.as_slice();
    while let Some((first, others)) = kept.split_first().filter(|(_, others)| !others.is_empty()) {
        match legal_form::suffix_length(others.iter().rev().map(|word| word.text)) {
            0 if legal_form::is_prefix(first.text) => kept = others,
            0 => break,
            count => kept = kept.get(..kept.len() - count).unwrap_or_default(),
        }
    }
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        return Parts { core: name.to_owned(), ..Parts::default() };
    };
    let (front, rest) = name.split_at_checked(first.start).unwrap_or(("", name));
    let (core, back) = rest.split_at_checked(last.start + last.text.len() - first.start).unwrap_or((rest, ""));
    let form = [front, back]
        .map(|form| form.trim_matches([' ', ',', '&', '-']))
        .into_iter()
        .filter(|form| says(form))
        .collect::<Vec<_>>()
        .join(" ");
    Parts { core: core.to_owned(), form: (!form.is_empty()).then_some(form), ..Parts::default() }
}

/// A word and the byte at which it starts.
struct Word<'a> {
    start: usize,
    text: &'a str,
}

#[cfg(test)]
mod tests {
    use super::super::CompanyName;

    #[test]
    fn other_languages_lose_their_legal_form() {
        for (text, core, form) in [
            ("Acme Ltd", "Acme", "Ltd"),
            ("ACME, INC.", "ACME", "INC."),
            ("Shanghai Yunzhou Technology Co., Ltd.", "Shanghai Yunzhou Technology", "Co., Ltd."),
            ("Yunzhou Co.,Ltd", "Yunzhou", "Co.,Ltd"),
            ("Tiffany & Co.", "Tiffany", "Co."),
            ("Johnson & Johnson", "Johnson & Johnson", ""),
            ("Dupont S.A.R.L.", "Dupont", "S.A.R.L."),
            ("Dupont S. A.", "Dupont", "S. A."),
            ("Philips B.V.", "Philips", "B.V."),
            ("Kowalski Sp. z o.o.", "Kowalski", "Sp. z o.o."),
            ("Novo Nordisk A/S", "Novo Nordisk", "A/S"),
            ("Cemex S.A.B. de C.V.", "Cemex", "S.A.B. de C.V."),
            ("ООО Ромашка", "Ромашка", "ООО"),
            ("PT Astra International Tbk", "Astra International Tbk", "PT"),
            ("Acme (UK) Limited", "Acme (UK)", "Limited"),
            ("Ltd", "Ltd", ""),
            ("AG", "AG", ""),
        ] {
            let name = CompanyName::parse(text).unwrap();
            assert_eq!((name.core(), name.legal_form().unwrap_or_default()), (core, form), "{text}");
            assert_eq!((name.region(), name.branch()), (None, None), "{text}");
        }
    }
}
