use super::SyntaxFault;

/// Reads the string literal at the start of `text`, if there is one; returns its value and its length in bytes.
///
/// CEL's forms: single or double quotes, three of them over several lines, `r` before them for no escapes.
///
/// # Errors
/// The offset of what is wrong, and the fault.
pub(super) fn read(text: &str) -> Result<Option<(String, usize)>, (usize, SyntaxFault)> {
    let raw = text.starts_with(['r', 'R']);
    let prefix = usize::from(raw);
    let body = text.get(prefix..).unwrap_or_default();
    let Some(quote) = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| body.starts_with(quote)) else {
        return Ok(None);
    };
    let mut value = String::new();
    let mut at = prefix + quote.len();
    loop {
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with(quote) {
            return Ok(Some((value, at + quote.len())));
        }
        let Some(c) = rest.chars().next() else {
            return Err((0, SyntaxFault::unexpected("the end", format!("a closing `{quote}`"))));
        };
        if quote.len() == 1 && matches!(c, '\n' | '\r') {
            return Err((at, SyntaxFault::unexpected("a line break", format!("a closing `{quote}`"))));
        }
        if c == '\\' && !raw {
            let (c, len) = escape(rest).ok_or_else(|| {
                let found = rest.chars().take(2).collect::<String>();
                (at, SyntaxFault::unexpected(format!("`{found}`"), "an escape such as `\\n`, `\\'` or `\\u4e0a`"))
            })?;
            value.push(c);
            at += len;
        } else {
            value.push(c);
            at += c.len_utf8();
        }
    }
}

/// Returns the character that an escape means, and the length of the escape.
fn escape(text: &str) -> Option<(char, usize)> {
    let kind = text.chars().nth(1)?;
    let simple = match kind {
        '\\' | '\'' | '"' | '`' | '?' => Some(kind),
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        _ => None,
    };
    if let Some(c) = simple {
        return Some((c, 2));
    }
    let (start, digits, radix) = match kind {
        'x' | 'X' => (2, 2, 16),
        'u' => (2, 4, 16),
        'U' => (2, 8, 16),
        '0'..='3' => (1, 3, 8),
        _ => return None,
    };
    let end: usize = start + digits;
    let code = text.get(start..end)?;
    // `from_str_radix` alone would accept a sign.
    if !code.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    Some((char::from_u32(u32::from_str_radix(code, radix).ok()?)?, end))
}
