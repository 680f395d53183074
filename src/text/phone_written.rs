//! Reading the characters of a telephone number.

use super::calling_code::CallingCode;
use super::clean::fold_case;
use super::phone::PhoneProblem;

/// The characters of a number, sorted but not yet interpreted.
pub(super) struct Written {
    plus: bool,
    digits: String,
    /// How many digits stand behind the last hyphen.
    pub(super) since_hyphen: Option<usize>,
    pub(super) extension: Option<String>,
}

impl Written {
    pub(super) fn scan(text: &str) -> Result<Self, PhoneProblem> {
        let mut written =
            Self { plus: false, digits: String::with_capacity(text.len()), since_hyphen: None, extension: None };
        for (position, (offset, c)) in (1..).zip(text.char_indices()) {
            match c {
                '0'..='9' => {
                    written.digits.push(c);
                    written.since_hyphen = written.since_hyphen.map(|count| count + 1);
                }
                '+' if !written.plus && written.digits.is_empty() => written.plus = true,
                '-' | '‐'..='―' | '−' => written.since_hyphen = Some(0),
                ' ' | '(' | ')' | '.' | '/' => {}
                _ => {
                    let tail = text.get(offset..).unwrap_or_default();
                    match extension(&fold_case(tail))? {
                        Some(extension) => written.extension = Some(extension),
                        None => return Err(PhoneProblem::Character { found: c, position }),
                    }
                    break;
                }
            }
        }
        Ok(written)
    }

    /// Splits off a country code written with `+` or the international prefix `00` (ITU-T E.123).
    pub(super) fn country(&self) -> Result<(Option<CallingCode>, &str), PhoneProblem> {
        if self.plus {
            return match CallingCode::split(&self.digits) {
                Some((country, rest)) => Ok((Some(country), rest)),
                None => {
                    let digits = self.digits.chars().take(3).collect();
                    Err(PhoneProblem::UnknownCountry { digits })
                }
            };
        }
        match self.digits.strip_prefix("00").and_then(CallingCode::split) {
            Some((country, rest)) => Ok((Some(country), rest)),
            None => Ok((None, &self.digits)),
        }
    }
}

/// Reads `ext. 12`, `x12`, `#12`, `转12`, `分机 12` and the like; `None` if no such word is there.
fn extension(tail: &str) -> Result<Option<String>, PhoneProblem> {
    const MARKERS: [&str; 11] = ["extension", "ext", "x", "#", "转", "轉", "分机号", "分机", "分機", "内线", "內線"];
    let mut rest = tail.trim_start_matches([',', ';', ' ']);
    let mut found = None;
    while let Some((marker, after)) = MARKERS.iter().find_map(|&marker| Some((marker, rest.strip_prefix(marker)?))) {
        found = Some(marker);
        rest = after.trim_start_matches(['.', ':', '=', ' ']);
    }
    let Some(marker) = found else {
        return Ok(None);
    };
    let digits = rest.trim_end_matches([')', ' ']);
    if (1..=7).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(Some(digits.to_owned()))
    } else {
        Err(PhoneProblem::Extension { marker })
    }
}
