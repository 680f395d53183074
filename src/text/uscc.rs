//! China's unified social credit code (统一社会信用代码).

use std::fmt;
use std::str::FromStr;

use super::clean::clean;
use super::unreadable::{MAX_BYTES, Unreadable};

/// A unified social credit code (统一社会信用代码): 18 characters, the last a check character.
///
/// Every organisation registered in China has one for life, which makes it the strongest identifier
/// of a Chinese account. It is stored in capitals without spaces, so equal codes are equal values.
/// Form and check character follow GB 32100-2015; whether the code was ever issued is not known here.
///
/// # Example: a code from a scanned licence (营业执照)
/// ```
/// use guanxi::text::Uscc;
///
/// let code: Uscc = "９１４４ 0300 1922 0382 16".parse()?;
/// assert_eq!(code.as_str(), "914403001922038216");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Example: a slip of the pen is caught
/// ```
/// use guanxi::text::Uscc;
///
/// let error = "914403001922038261".parse::<Uscc>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`914403001922038261` is not a unified social credit code: \
///      check character `1` at position 18, expected `M`",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uscc(String);

/// Why text is not a [`Uscc`]. Positions count from 1, after spaces and hyphens are removed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UsccProblem {
    /// It does not have 18 characters.
    #[error("{found} characters, expected 18")]
    Length {
        /// How many characters it has.
        found: usize,
    },
    /// A character cannot stand where it stands.
    #[error("`{found}` at position {position}, expected {expected}")]
    Character {
        /// 1 to 18.
        position: usize,
        /// The character there.
        found: char,
        /// What may stand there.
        expected: &'static str,
    },
    /// The last character does not follow from the others: at least one of the 18 is wrong.
    #[error("check character `{found}` at position 18, expected `{expected}`")]
    Check {
        /// The character at position 18.
        found: char,
        /// The character that the first 17 call for.
        expected: char,
    },
}

impl Uscc {
    /// Reads a code, ignoring case, width, spaces and hyphens.
    ///
    /// # Errors
    /// [`UsccProblem`], for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, Unreadable<UsccProblem>> {
        let refuse = |problem| Unreadable::new(text, "a unified social credit code", problem);
        if text.len() > MAX_BYTES {
            return Err(refuse(UsccProblem::Length { found: text.chars().count() }));
        }
        let code: String =
            clean(text).chars().filter(|&c| c != ' ' && c != '-').map(|c| c.to_ascii_uppercase()).collect();
        let found = code.chars().count();
        if found != 18 {
            return Err(refuse(UsccProblem::Length { found }));
        }
        for (position, found) in (1..).zip(code.chars()) {
            let expected = match position {
                3..=8 if !found.is_ascii_digit() => "a digit",
                _ if rank(found).is_none() => "a digit or a letter other than I, O, S, V, Z",
                _ => continue,
            };
            return Err(refuse(UsccProblem::Character { position, found, expected }));
        }
        match (code.chars().last(), Self::check_character(&code)) {
            (Some(found), Some(expected)) if found != expected => Err(refuse(UsccProblem::Check { found, expected })),
            _ => Ok(Self(code)),
        }
    }

    /// The check character that follows from the first 17 characters; `None` unless there are that
    /// many, in capitals, all from the code's alphabet.
    ///
    /// GB 32100-2015: `31 − (Σ Cᵢ·Wᵢ mod 31)`, read modulo 31, with `Wᵢ = 3^(i−1) mod 31`.
    ///
    /// # Example: complete a made-up code
    /// ```
    /// use guanxi::text::Uscc;
    ///
    /// assert_eq!(Uscc::check_character("91310000000000001"), Some('Y'));
    /// ```
    pub fn check_character(first_17: &str) -> Option<char> {
        let mut chars = first_17.chars();
        let mut sum = 0;
        for weight in WEIGHTS {
            sum += rank(chars.next()?)? * weight;
        }
        ALPHABET.chars().nth((31 - sum % 31) % 31)
    }

    /// The code: 18 digits and capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Uscc {
    type Err = Unreadable<UsccProblem>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// GB 32100-2015, table of characters: I, O, S, V and Z are left out.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// GB 32100-2015, table of weights.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

fn rank(c: char) -> Option<usize> {
    ALPHABET.chars().position(|a| a == c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn problem(text: &str) -> UsccProblem {
        Uscc::parse(text).unwrap_err().problem().clone()
    }

    #[test]
    fn real_codes_in_public_sources_are_accepted() {
        // Huawei (华为技术有限公司), and the code that public validators use as their example.
        for code in ["914403001922038216", "91350100M000100Y43"] {
            assert_eq!(Uscc::parse(code).unwrap().as_str(), code);
        }
    }

    #[test]
    fn a_check_character_worked_out_by_hand() {
        // 9·1 + 1·3 + 3·9 + 1·27 + 1·28 (position 17) = 94 = 3·31 + 1; 31 − 1 = 30, the letter Y.
        assert_eq!(Uscc::check_character("91310000000000001"), Some('Y'));
        assert_eq!(problem("913100000000000010"), UsccProblem::Check { found: '0', expected: 'Y' });
    }

    #[test]
    fn the_fault_is_named_with_its_position() {
        assert_eq!(problem("9144030019220382"), UsccProblem::Length { found: 16 });
        assert_eq!(problem(""), UsccProblem::Length { found: 0 });
        let letter = problem("91440300I922038216");
        assert!(matches!(letter, UsccProblem::Character { position: 9, found: 'I', .. }), "{letter}");
        let region = problem("91A403001922038216");
        assert!(matches!(region, UsccProblem::Character { position: 3, expected: "a digit", .. }), "{region}");
        let han = problem("91440300192203821六");
        assert!(matches!(han, UsccProblem::Character { position: 18, found: '六', .. }), "{han}");
        assert_eq!(problem(&"9".repeat(1 << 20)), UsccProblem::Length { found: 1 << 20 });
    }

    #[test]
    fn the_weights_are_powers_of_three() {
        let mut power = 1;
        for weight in WEIGHTS {
            assert_eq!(weight, power);
            power = power * 3 % 31;
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_reads_again(text: String) {
            if let Ok(code) = Uscc::parse(&text) {
                prop_assert_eq!(Uscc::parse(code.as_str()).unwrap(), code);
            }
        }

        #[test]
        fn any_single_wrong_character_is_caught(
            body in "[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{9}",
            position in 0usize..18,
            other in "[0-9]",
        ) {
            let code = format!("{body}{}", Uscc::check_character(&body).unwrap());
            prop_assert!(Uscc::parse(&code).is_ok());
            prop_assert_eq!(Uscc::parse(&code.to_lowercase()).unwrap().to_string(), code.clone());
            let mut chars: Vec<char> = code.chars().collect();
            chars[position] = other.chars().next().unwrap();
            let changed: String = chars.into_iter().collect();
            prop_assert_eq!(Uscc::parse(&changed).is_ok(), changed == code);
        }
    }
}
