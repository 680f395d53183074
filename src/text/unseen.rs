//! The floor under every text that enters: what no reader sees does not stay.

use std::borrow::Cow;

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use crate::value::is_invisible;

/// Drops what no reader sees: byte order marks, zero-width and control characters, whatever turns the direction of
/// writing.
///
/// These are the code points that Unicode calls default-ignorable, together with the control characters that are not
/// white space. A joiner, a non-joiner or a variation selector stays where it shapes what stands beside it: in emoji,
/// in the Arabic script, in the scripts of India and South-East Asia, in Mongolian, behind an ideograph.
///
/// # Example: a text that pretends, a Persian word and a family
/// ```
/// use guanxi::text::clean::drop_invisible;
///
/// assert_eq!(drop_invisible("invoice\u{202e}fdp.exe\0"), "invoicefdp.exe");
/// assert_eq!(drop_invisible("می\u{200c}خواهم"), "می\u{200c}خواهم");
/// assert_eq!(drop_invisible("\u{200d}👩\u{200d}💻\u{200d}"), "👩\u{200d}💻");
/// ```
pub fn drop_invisible(text: &str) -> Cow<'_, str> {
    if is_ascii_line(text) || text.chars().all(|c| !is_invisible(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // What was kept last, and what was kept last that is no mark upon another: normalising may reorder marks.
    let (mut before, mut base) = (' ', ' ');
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if is_invisible(c) && !shapes(c, before, base, rest.clone().next()) {
            continue;
        }
        out.push(c);
        before = c;
        if !is_combining_mark(c) && !is_invisible(c) {
            base = c;
        }
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Makes prose fit to be kept: [`drop_invisible`], and every line ends with `\n`.
///
/// Use it on every longer text at entry. Spaces, tabs and empty lines stay as they were written.
///
/// # Example: typed on another system
/// ```
/// use guanxi::text::clean::prose;
///
/// assert_eq!(prose("Called.\r\n\r\nWill call\0 back.\u{2028}李敏"), "Called.\n\nWill call back.\n李敏");
/// assert_eq!(prose("\u{200b}\u{feff}"), "");
/// ```
pub fn prose(text: &str) -> Cow<'_, str> {
    if is_ascii_line(text) || text.chars().all(|c| is_plain(c) || matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let seen = drop_invisible(text);
    if !seen.contains(ends_line) {
        return seen;
    }
    Cow::Owned(seen.replace("\r\n", "\n").replace(ends_line, "\n"))
}

/// Whether a text is of one line of printable ASCII, which is told fastest.
pub(super) fn is_ascii_line(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The characters that most text is made of, in a form that needs neither dropping nor folding to one width: printable
/// ASCII and the ideographs in common use.
pub(super) fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{4E00}'..='\u{9FFF}')
}

/// The line ends of the Unicode Standard (5.8, newline guidelines) beside `\n`.
fn ends_line(c: char) -> bool {
    matches!(c, '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether an invisible character changes how the characters around it look: `before` it stands what was kept last,
/// which is `base` with its marks. Two in a row never do: what is hidden in a run of them has nothing to shape.
fn shapes(c: char, before: char, base: char, after: Option<char>) -> bool {
    let after_selector = matches!(before, '\u{FE00}'..='\u{FE0F}');
    match c {
        '\u{200C}' | '\u{200D}' if !is_invisible(before) || after_selector => {
            let next = after.filter(|&next| !is_invisible(next) && !next.is_whitespace());
            let joins = |next| is_joined(base) || (is_joined(next) && !is_combining_mark(next));
            // Where nothing follows, only a letter that a virama has cut short takes another form.
            !base.is_whitespace() && next.map_or(canonical_combining_class(before) == VIRAMA, joins)
        }
        // A digit becomes a key cap: where the cap is missing, so does what would make it one.
        '\u{FE0F}' if matches!(before, '#' | '*' | '0'..='9') => after == Some('\u{20E3}'),
        '\u{FE0E}' | '\u{FE0F}' if !is_invisible(before) && is_emoji_elsewhere(base) => true,
        '\u{FE00}'..='\u{FE0F}' if !is_invisible(before) => is_joined(base) || is_ideograph(base),
        '\u{E0100}'..='\u{E01EF}' if !is_invisible(before) => is_ideograph(base),
        '\u{180B}'..='\u{180F}' if !is_invisible(before) => matches!(base, '\u{1820}'..='\u{18AA}'),
        _ => false,
    }
}

/// The combining class of the viramas (Unicode Standard, 4.3).
const VIRAMA: u8 = 9;

/// Emoji, and the scripts whose letters take another form beside a joiner.
fn is_joined(c: char) -> bool {
    matches!(
        c,
        // Arabic, Syriac, Thaana, N'Ko … Devanagari … Myanmar
        '\u{0600}'..='\u{109F}'
            // Philippine scripts, Khmer, Mongolian
            | '\u{1700}'..='\u{18AF}'
            // Limbu … Balinese … Vedic
            | '\u{1900}'..='\u{1CFF}'
            | '\u{A800}'..='\u{ABFF}'
            | '\u{FB50}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFE}'
            | '\u{10A00}'..='\u{11FFF}'
            | '\u{2600}'..='\u{27BF}'
            | '\u{2B00}'..='\u{2BFF}'
            | '\u{1F000}'..='\u{1FAFF}'
    )
}

/// The characters with an emoji form that stand outside the blocks of emoji (Unicode 16, emoji-variation-sequences.txt).
fn is_emoji_elsewhere(c: char) -> bool {
    matches!(
        c,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '↔'..='↙' | '↩' | '↪' | '⌚' | '⌛' | '⌨' | '⏏' | '⏩'..='⏺' | 'Ⓜ' | '▪' | '▫' | '▶'
            | '◀' | '◻'..='◾' | '⤴' | '⤵' | '〰' | '〽' | '㊗' | '㊙'
    )
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_shapes_its_neighbours_stays() {
        for text in [
            "👨\u{200d}👩\u{200d}👧",
            "🏳\u{fe0f}\u{200d}🌈",
            "1\u{fe0f}\u{20e3}",
            "▶\u{fe0f} 会议 ㊙\u{fe0f}",
            "🙂\u{200d}↔\u{fe0f}",
            "云舟™\u{fe0e}",
            "حسین\u{200c}زاده",
            "PDF\u{200c}ها",
            "क्\u{200d}ष",
            "ന്\u{200d} ",
            "ක්\u{200d}ර",
            "葛\u{e0100}城",
            "ᠠ\u{180b}",
        ] {
            assert!(matches!(prose(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn what_shapes_nothing_goes() {
        for (text, seen) in [
            ("a\u{200d}b", "ab"),
            ("李\u{200c}敏", "李敏"),
            ("a\u{fe0f}", "a"),
            ("A-1\u{fe0f}", "A-1"),
            ("7\u{fe00}\u{e0100}", "7"),
            ("👩\u{200d}", "👩"),
            ("ها\u{200c} ", "ها "),
            ("👩\u{200d}\u{200c}\u{200d}💻", "👩\u{200d}💻"),
            ("👩\u{fe0f}\u{fe01}\u{e0100}", "👩\u{fe0f}"),
            (" \u{200c}ها", " ها"),
            ("a\u{180b}", "a"),
            ("x\u{e0041}\u{e0042}", "x"),
            ("\u{2066}a\u{2069}\u{200e}\u{200f}\u{61c}", "a"),
            ("\u{1}\u{7f}\u{80}\u{9f}\0", ""),
        ] {
            assert_eq!(drop_invisible(text), seen, "{text:?}");
        }
    }

    #[test]
    fn every_line_end_is_one() {
        assert_eq!(prose("a\r\nb\rc\u{85}d\u{b}e\u{c}f\u{2029}g\nh\ti"), "a\nb\nc\nd\ne\nf\ng\nh\ti");
        assert_eq!(prose("\r\r\n\n"), "\n\n\n");
    }

    #[test]
    fn plain_prose_is_not_copied() {
        for text in ["", "a\n\tb  c ", "上海云舟", "Müller\u{301}", "한국어\nかな"] {
            assert!(matches!(prose(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_is_plain_is_seen() {
        assert!(('\0'..=char::MAX).filter(|&c| is_plain(c)).all(|c| !is_invisible(c)));
    }

    proptest! {
        #[test]
        fn prose_is_a_fixed_point_and_blank_when_nothing_is_seen(
            text in "[ a1\r\n\u{0}\u{85}\u{2028}\u{200b}-\u{200f}\u{202e}\u{fe0f}\u{e0100}\u{180b}मی👩李\u{301}\u{64b}]{0,10}"
        ) {
            let kept = prose(&text).into_owned();
            prop_assert_eq!(prose(&kept), kept.as_str());
            let harms = kept.contains(['\0', '\r', '\u{202e}', '\u{200b}']);
            prop_assert!(!harms, "{:?}", kept);
            let is_seen = text.chars().any(|c| !is_invisible(c) && !c.is_whitespace());
            prop_assert_eq!(!kept.trim().is_empty(), is_seen);
        }
    }
}
