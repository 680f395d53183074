//! Legal forms at the end or the beginning of company names.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::clean::{fold_case, strip_marks};

/// The Chinese, Japanese or Korean legal form at the end of `name`, and what stands before it.
pub(super) fn strip_han_suffix(name: &str) -> Option<(&str, &str)> {
    let form = HAN_SUFFIXES.iter().find(|form| name.ends_with(*form))?;
    name.split_at_checked(name.len() - form.len())
}

/// The Japanese legal form at the beginning of `name`, and what follows it.
pub(super) fn strip_han_prefix(name: &str) -> Option<(&str, &str)> {
    let form = HAN_PREFIXES.iter().find(|form| name.starts_with(*form))?;
    name.split_at_checked(form.len())
}

/// Whether the text between brackets is a legal form: `集团`, `有限合伙`, `株`.
pub(super) fn is_bracketed_form(text: &str) -> bool {
    HAN_SUFFIXES.contains(&text) || matches!(text, "株" | "有" | "주" | "유")
}

/// How many words at the end of a name make up a legal form; 0 if none. The words come last first.
pub(super) fn suffix_length<'a>(backwards: impl Iterator<Item = &'a str>) -> usize {
    let mut last = String::new();
    let mut longest = 0;
    for (count, word) in (1..=MOST_WORDS).zip(backwards) {
        last = if count == 1 { squash(word) } else { format!("{} {last}", squash(word)) };
        if latin_suffixes().contains(last.as_str()) {
            longest = count;
        }
    }
    longest
}

/// Whether the first word of a name is a legal form, as in `PT Astra` or `ООО Ромашка`.
pub(super) fn is_prefix(word: &str) -> bool {
    let word = squash(word);
    LATIN_PREFIXES.split(' ').any(|form| form == word)
}

/// `S.à r.l.` → `sarl`, `A/S` → `as`, `GmbH` → `gmbh`.
fn squash(word: &str) -> String {
    fold_case(&strip_marks(word)).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn latin_suffixes() -> &'static BTreeSet<&'static str> {
    static SUFFIXES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    SUFFIXES.get_or_init(|| LATIN_SUFFIXES.iter().flat_map(|line| line.split(", ")).collect())
}

/// 公司法 (2023), 合伙企业法, 个人独资企业法, 农民专业合作社法; then the traditional spelling used in
/// Hong Kong and Taiwan, the Japanese forms (会社法) and the Korean ones. Longer before shorter.
const HAN_SUFFIXES: [&str; 33] = [
    "特殊普通合伙",
    "农民专业合作社",
    "个人独资企业",
    "有限责任公司",
    "有限責任公司",
    "股份有限公司",
    "个体工商户",
    "专业合作社",
    "無限責任公司",
    "有限公司",
    "股份公司",
    "集团公司",
    "集團公司",
    "责任公司",
    "責任公司",
    "合伙企业",
    "合夥企業",
    "有限合伙",
    "普通合伙",
    "有限合夥",
    "株式会社",
    "有限会社",
    "合同会社",
    "合名会社",
    "合資会社",
    "주식회사",
    "유한회사",
    "總公司",
    "总公司",
    "公司",
    "集团",
    "集團",
    "合作社",
];

const HAN_PREFIXES: [&str; 7] = ["株式会社", "有限会社", "合同会社", "合名会社", "合資会社", "주식회사", "유한회사"];

const LATIN_PREFIXES: &str = "pt ooo zao oao ооо зао оао пао ао тоо uab sia";

/// The most words in an entry of [`LATIN_SUFFIXES`].
const MOST_WORDS: usize = 5;

/// Forms written with Latin, Greek or Cyrillic letters, squashed, one line a language or country.
///
/// Source: ISO 20275 entity legal forms (GLEIF list), abbreviations in daily use; left out are
/// those that are also common words at the end of a name, such as `is`, `da`, `ok`.
const LATIN_SUFFIXES: &[&str] = &[
    // English
    "ltd, limited, co ltd, company limited, coltd, co limited, llc, inc, incorporated, inc ltd, corp, corporation, co, company, plc, llp, lp, lllp, pllc, cic, unlimited, pty ltd, pty limited, pty, pte ltd, pte, pvt ltd, private limited, pvt limited, sdn bhd, bhd",
    // German
    "gmbh, ggmbh, mbh, ag, kg, ohg, gbr, ug, ug haftungsbeschrankt, kgaa, eg, ek, ev, gmbh co kg, gmbhcokg, gmbh cokg, gmbhco kg, gmbh co kgaa, gmbh co ohg, ag co kg, ug co kg, se, se co kg, se co kgaa, partg mbb, partg",
    // French
    "sa, sarl, s a r l, sa rl, sas, sasu, eurl, snc, scs, sca, sci, scop, selarl, sprl, srl",
    // Dutch
    "bv, nv, vof, cv, bvba, cvba, vzw, b v, n v, cooperatie ua",
    // Spanish, Portuguese
    "sl, slu, sll, sau, s a, s l, sa de cv, s de rl, s de rl de cv, sapi de cv, sab de cv, scoop, ltda, lda, sgps, eireli, eirl",
    // Italian
    "spa, srls, sapa, scarl, scrl, sagl, s p a, s r l",
    // Polish, Czech, Slovak, Hungarian
    "sp z oo, sp zoo, spolka z oo, sp j, sp k, spk, sro, s r o, spol s r o, spol sro, vos, kft, zrt, nyrt, bt, kkt",
    // Danish, Norwegian, Swedish, Finnish, Icelandic
    "as, aps, ks, asa, ans, ab, ab publ, hb, kb, oy, oyj, oy ab, ky, ehf, hf",
    // Estonian, Latvian, Lithuanian
    "ou, sia, uab, mb",
    // Bulgarian, Croatian, Slovene, Serbian, Romanian
    "eood, ood, ead, doo, dd, jdoo",
    // Greek, Turkish
    "αε, επε, ικε, ae, epe, ike, as ti, anonim sirketi, limited sirketi, ltd sti, san ve tic ltd sti, tic ltd sti",
    // Russian, Ukrainian
    "ооо, оао, зао, пао, ао, тоо, тов, ooo, oao, zao, pao, tov",
    // Japanese and Korean in Latin letters
    "kk, gk, kabushiki kaisha, godo kaisha",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_fit_the_lookup() {
        for (i, form) in HAN_SUFFIXES.iter().enumerate() {
            let hidden = HAN_SUFFIXES.iter().take(i).find(|earlier| form.ends_with(*earlier));
            assert_eq!(hidden, None, "{form} can never be found");
        }
        for form in latin_suffixes() {
            assert!(form.split(' ').count() <= MOST_WORDS, "{form}");
            let words: Vec<String> = form.split(' ').map(squash).collect();
            assert_eq!(words.join(" "), *form);
        }
    }

    #[test]
    fn the_longest_form_wins() {
        assert_eq!(strip_han_suffix("云舟科技股份有限公司"), Some(("云舟科技", "股份有限公司")));
        assert_eq!(strip_han_suffix("云舟"), None);
        let count = |name: &str| suffix_length(name.split(' ').rev());
        assert_eq!(count("Müller GmbH Co. KG"), 3);
        assert_eq!(count("Kowalski Sp. z o.o."), 3);
        assert_eq!(count("Novo A/S"), 1);
        assert_eq!(count("Acme"), 0);
        assert_eq!(count(""), 0);
    }
}
