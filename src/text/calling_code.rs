//! Country calling codes and the prefix dialled inside a country.

use std::fmt;

/// A country calling code (国际区号) assigned by ITU-T E.164, such as 86 for China.
///
/// # Example: only assigned codes exist
/// ```
/// use guanxi::text::CallingCode;
///
/// assert_eq!(CallingCode::new(86), Some(CallingCode::CHINA));
/// assert_eq!(CallingCode::CHINA.to_string(), "+86");
/// assert_eq!(CallingCode::new(99), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallingCode(u16);

impl CallingCode {
    /// +86, mainland China (中国大陆). Hong Kong is 852, Macau 853, Taiwan 886.
    pub const CHINA: Self = Self(86);

    /// The code with this number, 1 to 998; `None` if E.164 does not assign it.
    pub fn new(code: u16) -> Option<Self> {
        is_assigned(code).then_some(Self(code))
    }

    /// The number, 1 to 998.
    pub fn value(self) -> u16 {
        self.0
    }

    /// Splits the calling code off the front of an international number.
    ///
    /// No code is the beginning of another, so there is at most one way.
    pub(super) fn split(digits: &str) -> Option<(Self, &str)> {
        (1..=3).find_map(|length| {
            let (code, rest) = digits.split_at_checked(length)?;
            Some((Self::new(code.parse().ok()?)?, rest))
        })
    }

    /// The digits that go before a national number when it is dialled inside the country.
    ///
    /// Source: the national prefixes in the metadata of libphonenumber 9.0.
    pub(super) fn trunk_prefix(self) -> Option<&'static str> {
        match self.0 {
            1 => Some("1"),
            7 | 375 | 993 => Some("8"),
            36 => Some("06"),
            20
            | 27
            | 31..=33
            | 40
            | 41
            | 43
            | 44
            | 46
            | 49
            | 51
            | 53..=55
            | 57
            | 58
            | 60..=64
            | 66
            | 81
            | 82
            | 84
            | 86
            | 90..=95
            | 98
            | 211..=213
            | 218
            | 231..=234
            | 243
            | 249..=252
            | 254..=256
            | 260..=265
            | 291
            | 353
            | 355
            | 358
            | 359
            | 370
            | 373
            | 374
            | 377
            | 380..=383
            | 385..=387
            | 389
            | 421
            | 423
            | 508
            | 590
            | 591
            | 593..=596
            | 598
            | 686
            | 850
            | 855
            | 856
            | 880
            | 886
            | 961..=964
            | 966
            | 967
            | 970..=972
            | 976
            | 977
            | 994..=996 => Some("0"),
            _ => None,
        }
    }
}

impl fmt::Display for CallingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

/// Source: list of ITU-T Recommendation E.164 assigned country codes, those with numbers in use.
fn is_assigned(code: u16) -> bool {
    matches!(
        code,
        1 | 7 | 20 | 27 | 30..=34 | 36 | 39..=41 | 43..=49 | 51..=58 | 60..=66 | 81 | 82 | 84 | 86
            | 90..=95 | 98 | 211..=213 | 216 | 218 | 220..=258 | 260..=269 | 290 | 291 | 297..=299
            | 350..=359 | 370..=378 | 380..=383 | 385..=387 | 389 | 420 | 421 | 423 | 500..=509
            | 590..=599 | 670 | 672..=683 | 685..=692 | 800 | 808 | 850 | 852 | 853 | 855 | 856
            | 870 | 878 | 880..=883 | 886 | 888 | 960..=968 | 970..=977 | 979 | 992..=996 | 998
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_begins_another() {
        let codes: Vec<String> = (0..=999).filter_map(CallingCode::new).map(|c| c.value().to_string()).collect();
        assert_eq!(codes.len(), 215);
        for code in &codes {
            let longer = codes.iter().filter(|other| other.starts_with(code.as_str())).count();
            assert_eq!(longer, 1, "{code}");
        }
    }

    #[test]
    fn splitting_takes_exactly_the_code() {
        let split = |digits| CallingCode::split(digits).map(|(code, rest)| (code.value(), rest));
        assert_eq!(split("8613912345678"), Some((86, "13912345678")));
        assert_eq!(split("85221234567"), Some((852, "21234567")));
        assert_eq!(split("14155552671"), Some((1, "4155552671")));
        assert_eq!(split("999123"), None);
        assert_eq!(split(""), None);
        assert_eq!(split("8"), None);
    }
}
