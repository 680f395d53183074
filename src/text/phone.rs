//! Telephone numbers.

use std::fmt;
use std::str::FromStr;

use super::calling_code::CallingCode;
use super::china_phone;
use super::clean::clean;
use super::phone_written::Written;
use super::unreadable::{MAX_BYTES, Unreadable};

/// A telephone number (电话号码) as written, with its digits, country and extension told apart.
///
/// The country is known only if the text says it (`+86`, `0086`); for everything else
/// [`canonical`](Self::canonical) takes the country that the number was written in.
///
/// # Example: a Chinese landline (固定电话), three ways
/// ```
/// use guanxi::text::{CallingCode, Phone};
///
/// let home = Some(CallingCode::CHINA);
/// for text in ["021-6235 1234", "+86 21 62351234", "（０２１）６２３５１２３４"] {
///     assert_eq!(Phone::parse(text)?.canonical(home), "+862162351234");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Example: an extension (分机)
/// ```
/// use guanxi::text::Phone;
///
/// let phone: Phone = "+44 20 7946 0018 ext. 12".parse()?;
/// assert_eq!(phone.extension(), Some("12"));
/// assert_eq!(phone.canonical(None), "+442079460018");
/// assert_eq!(Phone::parse("010-68643237转3841")?.extension(), Some("3841"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone {
    raw: String,
    country: Option<CallingCode>,
    digits: String,
    extension: Option<String>,
}

/// Why text is not a [`Phone`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhoneProblem {
    /// A letter or sign that belongs neither to a number nor to an extension.
    #[error("unexpected `{found}` at position {position}, expected digits")]
    Character {
        /// The character.
        found: char,
        /// Where it stands, counted from 1 in the tidied text.
        position: usize,
    },
    /// What follows `ext.`, `x`, `#`, `转` or `分机` is not 1 to 7 digits.
    #[error("an extension of 1 to 7 digits must follow `{marker}`")]
    Extension {
        /// The word that announces the extension.
        marker: &'static str,
    },
    /// Too few digits for any number that is worth storing.
    #[error("{digits} digits, expected 5 to 15")]
    TooFewDigits {
        /// How many digits there are.
        digits: usize,
    },
    /// More than [`MAX_BYTES`] bytes.
    #[error("{bytes} bytes, expected at most {MAX_BYTES}")]
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// More digits than E.164 allows for a country code and number together.
    #[error("{digits} digits, expected 5 to 15")]
    TooManyDigits {
        /// How many digits there are.
        digits: usize,
    },
    /// No country has the calling code that follows the `+`.
    #[error("no country has a calling code that begins `+{digits}`")]
    UnknownCountry {
        /// The digits that should begin with a calling code, at most three.
        digits: String,
    },
}

impl Phone {
    /// Reads one number, with or without country and extension.
    ///
    /// Understands full-width characters, the usual separators, `+` and `00` before a country code,
    /// and extensions after `ext.`, `x`, `#`, `转`, `分机`, or, behind a complete Chinese number,
    /// after a mere hyphen (`021-62351234-8001`).
    ///
    /// # Errors
    /// [`PhoneProblem`], for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, Unreadable<PhoneProblem>> {
        let refuse = |problem| Unreadable::new(text, "a phone number", problem);
        if text.len() > MAX_BYTES {
            return Err(refuse(PhoneProblem::TooLong { bytes: text.len() }));
        }
        let written = Written::scan(&clean(text)).map_err(refuse)?;
        let (country, digits) = written.country().map_err(refuse)?;
        let (digits, extension) = match &written.extension {
            Some(extension) => (digits, Some(extension.clone())),
            None => hyphen_extension(country, digits, written.since_hyphen),
        };
        let significant = country.map_or(digits, |country| without_trunk(country, digits));
        let count = significant.len() + country.map_or(0, |c| c.value().to_string().len());
        match count {
            ..FEWEST_DIGITS => Err(refuse(PhoneProblem::TooFewDigits { digits: count })),
            FEWEST_DIGITS..=MOST_DIGITS => {
                Ok(Self { raw: text.to_owned(), country, digits: significant.to_owned(), extension })
            }
            _ => Err(refuse(PhoneProblem::TooManyDigits { digits: count })),
        }
    }

    /// The text it was read from, untouched.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The country, if the text names it.
    pub fn country(&self) -> Option<CallingCode> {
        self.country
    }

    /// The digits without country code and extension: the national number if the country is known,
    /// else what one would dial.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// The digits of the extension.
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The international form (ITU-T E.164) without extension, such as `+862162351234`.
    ///
    /// A number without country is taken as dialled inside `home`. If that cannot be (a local
    /// number without its area code, or no `home` at all) the answer is the bare digits, which never
    /// begin with `+`: nothing is guessed.
    ///
    /// # Example: known and unknown
    /// ```
    /// use guanxi::text::{CallingCode, Phone};
    ///
    /// let china = Some(CallingCode::CHINA);
    /// assert_eq!(Phone::parse("139 1234 5678")?.canonical(china), "+8613912345678");
    /// assert_eq!(Phone::parse("139 1234 5678")?.canonical(None), "13912345678");
    /// assert_eq!(Phone::parse("6235 1234")?.canonical(china), "62351234");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn canonical(&self, home: Option<CallingCode>) -> String {
        let dialled_at_home = || Some((home?, national(home?, &self.digits)?));
        let known = self.country.map(|country| (country, self.digits.as_str()));
        match known.or_else(dialled_at_home) {
            Some((country, national)) => ["+", &country.value().to_string(), national].concat(),
            None => self.digits.clone(),
        }
    }
}

/// The number as far as the text itself tells, with its extension: `+442079460018 ext. 12`.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical(None))?;
        match &self.extension {
            Some(extension) => write!(f, " ext. {extension}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Phone {
    type Err = Unreadable<PhoneProblem>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The shortest numbers in public use, such as China's 95588, have five digits.
const FEWEST_DIGITS: usize = 5;

/// ITU-T E.164: country code and national number together.
const MOST_DIGITS: usize = 15;

/// In China an extension often follows a mere hyphen. That is certain only where the digits before
/// it already make a complete number.
fn hyphen_extension(country: Option<CallingCode>, digits: &str, since_hyphen: Option<usize>) -> (&str, Option<String>) {
    let split = || {
        let count = since_hyphen.filter(|count| (1..=5).contains(count))?;
        let (number, extension) = digits.split_at_checked(digits.len().checked_sub(count)?)?;
        china_phone::complete(number)?;
        Some((number, Some(extension.to_owned())))
    };
    match country {
        None | Some(CallingCode::CHINA) => split().unwrap_or((digits, None)),
        Some(_) => (digits, None),
    }
}

/// Behind a country code the trunk prefix is wrong, yet common: `+44 (0)20 7946 0018`.
fn without_trunk(country: CallingCode, digits: &str) -> &str {
    // Only `0` can be told from the number itself: a Russian number may well begin with 8.
    match country.trunk_prefix() {
        Some("0") => digits.trim_start_matches('0'),
        _ => digits,
    }
}

/// The national number behind digits dialled inside `home`; `None` if they are not complete.
fn national(home: CallingCode, digits: &str) -> Option<&str> {
    let national = match home.trunk_prefix() {
        _ if home == CallingCode::CHINA => china_phone::complete(digits)?,
        None => digits,
        // North America dials ten digits with or without the 1.
        Some("1") => {
            let national = digits.strip_prefix('1').unwrap_or(digits);
            Some(national).filter(|national| national.len() == 10)?
        }
        Some(prefix) => without_trunk(home, digits.strip_prefix(prefix)?),
    };
    let room = MOST_DIGITS - home.value().to_string().len();
    (FEWEST_DIGITS..=room).contains(&national.len()).then_some(national)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CHINA: Option<CallingCode> = Some(CallingCode::CHINA);

    fn phone(text: &str) -> Phone {
        Phone::parse(text).unwrap()
    }

    fn problem(text: &str) -> PhoneProblem {
        Phone::parse(text).unwrap_err().problem().clone()
    }

    #[test]
    fn chinese_numbers_reach_one_form() {
        for (canonical, spellings) in [
            (
                "+8613912345678",
                &[
                    "13912345678",
                    "139-1234-5678",
                    "0086 139 1234 5678",
                    "(+86)13912345678",
                    "86 13912345678",
                    "013912345678",
                ][..],
            ),
            (
                "+862162351234",
                &["021-62351234", "(021) 6235 1234", "0086-21-62351234", "+86 (0)21 62351234", "２１ ６２３５１２３４"],
            ),
            ("+8659140511707", &["0591-40511707", "+86 591 4051 1707"]),
            ("+864008208820", &["400-820-8820", "+86 400 820 8820"]),
            ("+868008208820", &["800 820 8820"]),
        ] {
            for spelling in spellings {
                assert_eq!(phone(spelling).canonical(CHINA), canonical, "{spelling}");
            }
        }
    }

    #[test]
    fn extensions_are_found_in_every_form() {
        for text in [
            "021-62351234转8001",
            "021-62351234 分机8001",
            "021-62351234（分机：8001）",
            "021-62351234转分机8001",
            "021-62351234 ext.8001",
            "021-62351234, Extension 8001",
            "021-62351234;ext=8001",
            "021-62351234x8001",
            "021-62351234#8001",
            "+86-21-62351234-8001",
            "021-6235 1234—8001",
        ] {
            assert_eq!(phone(text).extension(), Some("8001"), "{text}");
            assert_eq!(phone(text).canonical(CHINA), "+862162351234", "{text}");
            assert_eq!(phone(&phone(text).to_string()).extension(), Some("8001"), "{text}");
        }
        assert_eq!(phone("13912345678-123").extension(), Some("123"));
        assert_eq!(phone("021-6235-1234").extension(), None);
        assert_eq!(phone("415-555-2671").extension(), None);
        assert_eq!(phone("+1 415-555-2671").extension(), None);
    }

    #[test]
    fn other_countries_follow_their_trunk_prefix() {
        let at = |code, text| phone(text).canonical(CallingCode::new(code));
        assert_eq!(at(44, "020 7946 0018"), "+442079460018");
        assert_eq!(at(44, "7946 0018"), "79460018");
        assert_eq!(at(1, "(415) 555-2671"), "+14155552671");
        assert_eq!(at(1, "1-415-555-2671"), "+14155552671");
        assert_eq!(at(1, "555-2671"), "5552671");
        assert_eq!(at(7, "8 (495) 123-45-67"), "+74951234567");
        assert_eq!(at(39, "06 1234 5678"), "+390612345678");
        assert_eq!(at(852, "2123 4567"), "+85221234567");
        assert_eq!(at(86, "+39 06 1234 5678"), "+390612345678");
        assert_eq!(at(86, "+44 (0)20 7946 0018"), "+442079460018");
    }

    #[test]
    fn without_a_country_nothing_is_guessed() {
        assert_eq!(phone("021-62351234").canonical(None), "02162351234");
        assert_eq!(phone("62351234").canonical(CHINA), "62351234");
        assert_eq!(phone("95588").canonical(CHINA), "95588");
        assert_eq!(phone("62351234").country(), None);
    }

    #[test]
    fn the_fault_is_named() {
        assert_eq!(problem(""), PhoneProblem::TooFewDigits { digits: 0 });
        assert_eq!(problem("1234"), PhoneProblem::TooFewDigits { digits: 4 });
        assert_eq!(problem("1234567890123456"), PhoneProblem::TooManyDigits { digits: 16 });
        assert_eq!(problem("13912345678/13812345678"), PhoneProblem::TooManyDigits { digits: 22 });
        assert_eq!(problem("暂无"), PhoneProblem::Character { found: '暂', position: 1 });
        assert_eq!(problem("1-800-FLOWERS"), PhoneProblem::Character { found: 'F', position: 7 });
        assert_eq!(problem("12345+6"), PhoneProblem::Character { found: '+', position: 6 });
        assert_eq!(problem("62351234转"), PhoneProblem::Extension { marker: "转" });
        assert_eq!(problem("62351234 ext. 12345678"), PhoneProblem::Extension { marker: "ext" });
        assert_eq!(problem("+999 1234567"), PhoneProblem::UnknownCountry { digits: "999".into() });
        assert_eq!(problem(&"1".repeat(1 << 20)), PhoneProblem::TooLong { bytes: 1 << 20 });
    }

    proptest! {
        #[test]
        fn no_text_panics_and_the_raw_text_stays(text: String) {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(phone.raw(), text);
            }
        }

        #[test]
        fn the_canonical_form_is_final(
            text in "[+]?[0-9 ()/-]{3,18}(转|x| ext. |-)?[0-9]{0,5}",
            home in prop::sample::select(vec![None, Some(1u16), Some(7), Some(39), Some(44), Some(86)]),
        ) {
            let home = home.and_then(CallingCode::new);
            if let Ok(first) = Phone::parse(&text) {
                let canonical = first.canonical(home);
                prop_assert_eq!(phone(&canonical).canonical(home), canonical);
                let shown = phone(&first.to_string());
                prop_assert_eq!(shown.canonical(home), first.canonical(home));
                prop_assert_eq!(shown.extension(), first.extension());
                prop_assert_eq!(shown.to_string(), first.to_string());
            }
        }
    }
}
