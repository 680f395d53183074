//! Which script a character is written in, as far as names need to know.

/// A character of Chinese, Japanese or Korean writing.
pub(super) fn is_east_asian(c: char) -> bool {
    is_han(c) || is_kana(c) || is_hangul(c)
}

/// A Chinese character (Han), in any of the unified and compatibility blocks.
pub(super) fn is_han(c: char) -> bool {
    matches!(
        c,
        '々' | '〇'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{323AF}'
    )
}

/// A Japanese kana, the long-vowel mark included.
pub(super) fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}')
}

/// A composed Korean syllable.
pub(super) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_do_not_overlap() {
        for (c, expected) in [
            ('张', (true, false, false)),
            ('々', (true, false, false)),
            ('𠮷', (true, false, false)),
            ('ア', (false, true, false)),
            ('ー', (false, true, false)),
            ('・', (false, false, false)),
            ('김', (false, false, true)),
            ('a', (false, false, false)),
        ] {
            assert_eq!((is_han(c), is_kana(c), is_hangul(c)), expected, "{c}");
        }
    }
}
