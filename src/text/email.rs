//! E-mail addresses.

use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress, Error as SyntaxError, Options};

use super::clean::{drop_invisible, fold_case, fold_width};
use super::unreadable::{MAX_BYTES, Unreadable};

/// An e-mail address (电子邮箱), syntactically valid, with its domain in lower case.
///
/// The syntax is that of RFC 5322 with the Unicode extensions of RFC 6531; a domain needs at least
/// two labels, and neither a display name nor an address literal (`me@[10.0.0.1]`) is accepted.
/// Whether the mailbox exists is not known here.
///
/// # Example: typed on a Chinese keyboard (全角)
/// ```
/// use guanxi::text::Email;
///
/// let email: Email = "Li.Na＠Example。COM ".parse()?;
/// assert_eq!(email.to_string(), "Li.Na@example.com");
/// assert_eq!((email.local(), email.domain()), ("Li.Na", "example.com"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Example: the message says what is wrong
/// ```
/// use guanxi::text::Email;
///
/// let error = Email::parse("li.na@example").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`li.na@example` is not an e-mail address: the domain has one label, expected at least two",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email {
    raw: String,
    local: String,
    domain: String,
}

/// Why text is not an [`Email`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmailProblem {
    /// A character that is not allowed where it stands; a space is the usual one.
    #[error("a space or another character that is not allowed there")]
    Character,
    /// Something stands around the address, as in `Li Na <li.na@example.com>`.
    #[error("more than a bare address")]
    DisplayName,
    /// Nothing stands behind the `@`, or two dots follow each other there.
    #[error("the domain is empty or has an empty label")]
    EmptyDomain,
    /// Nothing stands before the `@`.
    #[error("nothing before the `@`")]
    EmptyLocal,
    /// The domain is an address literal in brackets.
    #[error("an address in brackets, expected a domain name")]
    Literal,
    /// A part is longer than RFC 5321 allows.
    #[error("a part is too long, expected at most 64 bytes before the `@`, 254 behind it and 63 a label")]
    TooLong,
    /// The domain has no dot.
    #[error("the domain has one label, expected at least two")]
    TopLevel,
    /// There is no `@`.
    #[error("no `@`")]
    WithoutAt,
}

impl Email {
    /// Reads one bare address.
    ///
    /// # Errors
    /// [`EmailProblem`], for the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, Unreadable<EmailProblem>> {
        let refuse = |problem| Unreadable::new(text, "an e-mail address", problem);
        if text.len() > MAX_BYTES {
            return Err(refuse(EmailProblem::TooLong));
        }
        let seen = drop_invisible(text);
        let tidy = fold_width(&seen);
        let Some((local, domain)) = tidy.trim().rsplit_once('@') else {
            return Err(refuse(EmailProblem::WithoutAt));
        };
        let domain = match domain.is_ascii() {
            true => domain.to_ascii_lowercase(),
            false => domain.replace('。', ".").to_lowercase(),
        };
        if !is_plain(local, &domain) {
            let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
            EmailAddress::parse_with_options(&format!("{local}@{domain}"), options)
                .map_err(|error| refuse(explain(&error)))?;
        }
        Ok(Self { raw: text.to_owned(), local: local.to_owned(), domain })
    }

    /// The text it was read from, untouched.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The part before the `@`, in the case it was written in (RFC 5321 leaves its meaning to the
    /// receiving host).
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The part behind the `@`, in lower case.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// A form that addresses of one mailbox nearly always share. It is for comparing, not for
    /// sending.
    ///
    /// Case is folded and a tag behind `+` dropped (RFC 5233); at Gmail dots are dropped and
    /// `googlemail.com` is `gmail.com` (Gmail Help, "Dots don't matter in Gmail addresses");
    /// `foxmail.com`, which Tencent gives to mailboxes of `qq.com`, counts as `qq.com`.
    ///
    /// # Example: one mailbox
    /// ```
    /// use guanxi::text::Email;
    ///
    /// assert_eq!(Email::parse("Ada.Lovelace+crm@GoogleMail.com")?.key(), "adalovelace@gmail.com");
    /// assert_eq!(Email::parse("zhang.wei@foxmail.com")?.key(), "zhang.wei@qq.com");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn key(&self) -> String {
        let domain = match self.domain.as_str() {
            "googlemail.com" => "gmail.com",
            "foxmail.com" => "qq.com",
            other => other,
        };
        let mut local = fold_case(&self.local);
        // Inside quotes, dots and plus signs are plain characters.
        if !local.starts_with('"') {
            let mailbox = local.split('+').next().unwrap_or_default().trim_end_matches('.');
            if !mailbox.is_empty() {
                local.truncate(mailbox.len());
            }
            if domain == "gmail.com" {
                local.retain(|c| c != '.');
            }
        }
        format!("{local}@{domain}")
    }
}

/// The address with its domain in lower case.
impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl FromStr for Email {
    type Err = Unreadable<EmailProblem>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Whether an address is of the form that nearly all have, words of ASCII letters and digits joined by single signs, which
/// no parser need look at.
fn is_plain(local: &str, domain: &str) -> bool {
    let is_word = |word: &str, signs: &[u8]| {
        let bytes = word.as_bytes();
        let ends_well =
            bytes.first().zip(bytes.last()).is_some_and(|(a, b)| [a, b].iter().all(|c| c.is_ascii_alphanumeric()));
        ends_well && bytes.len() <= 63 && bytes.iter().all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
    };
    local.len() <= 64
        && domain.len() <= 253
        && local.split('.').all(|word| is_word(word, b"_-+"))
        && domain.contains('.')
        && domain.split('.').all(|label| is_word(label, b"-"))
}

fn explain(error: &SyntaxError) -> EmailProblem {
    match error {
        SyntaxError::MissingSeparator => EmailProblem::WithoutAt,
        SyntaxError::LocalPartEmpty => EmailProblem::EmptyLocal,
        SyntaxError::DomainEmpty | SyntaxError::SubDomainEmpty => EmailProblem::EmptyDomain,
        SyntaxError::LocalPartTooLong | SyntaxError::DomainTooLong | SyntaxError::SubDomainTooLong => {
            EmailProblem::TooLong
        }
        SyntaxError::DomainTooFew => EmailProblem::TopLevel,
        SyntaxError::UnsupportedDomainLiteral | SyntaxError::InvalidIPAddress => EmailProblem::Literal,
        SyntaxError::UnsupportedDisplayName | SyntaxError::MissingDisplayName | SyntaxError::MissingEndBracket => {
            EmailProblem::DisplayName
        }
        _ => EmailProblem::Character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> String {
        Email::parse(text).unwrap().key()
    }

    #[test]
    fn the_fault_is_named() {
        use EmailProblem::*;
        for (text, expected) in [
            ("", WithoutAt),
            ("暂无", WithoutAt),
            ("@example.com", EmptyLocal),
            ("a@", EmptyDomain),
            ("a@b..com", EmptyDomain),
            ("a@b.com.", EmptyDomain),
            ("a@localhost", TopLevel),
            ("a b@example.com", Character),
            ("a@exam ple.com", Character),
            ("a@b@example.com", Character),
            ("a@-b.com", Character),
            ("a@[127.0.0.1]", Literal),
            ("Li Na <li.na@example.com>", DisplayName),
        ] {
            assert_eq!(Email::parse(text).unwrap_err().problem(), &expected, "{text}");
        }
        for text in ["a".repeat(65) + "@example.com", "a".repeat(1 << 20) + "@example.com"] {
            assert_eq!(Email::parse(&text).unwrap_err().problem(), &TooLong);
        }
    }

    #[test]
    fn addresses_beyond_ascii_are_read() {
        let email: Email = "用户@例子.中国".parse().unwrap();
        assert_eq!((email.local(), email.domain()), ("用户", "例子.中国"));
        assert_eq!(Email::parse("a@BÜCHER.de").unwrap().domain(), "bücher.de");
    }

    #[test]
    fn keys_follow_the_provider() {
        assert_eq!(key("A.B+C@Example.com"), "a.b@example.com");
        assert_eq!(key("a.b.c@gmail.com"), "abc@gmail.com");
        assert_eq!(key("12345@foxmail.com"), key("12345@QQ.com"));
        assert_eq!(key("+tag@example.com"), "+tag@example.com");
        assert_eq!(key("\"a+b.c\"@gmail.com"), "\"a+b.c\"@gmail.com");
        assert_ne!(key("ab@example.com"), key("a.b@example.com"));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_the_raw_text_stays(text: String) {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(email.raw(), text);
            }
        }

        #[test]
        fn a_plain_address_is_one_for_the_parser_too(
            local in "([a-z0-9_+-]{1,6}\\.?){1,3}|[a-z]{60,66}",
            domain in "([a-z0-9-]{1,6}\\.){0,3}[a-z]{1,4}|[a-z]{62,64}\\.com|([a-z]{60}\\.){4}[a-z]{8,12}",
        ) {
            let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
            if is_plain(&local, &domain) {
                let address = format!("{local}@{domain}");
                prop_assert!(EmailAddress::parse_with_options(&address, options).is_ok());
            }
        }

        #[test]
        fn what_is_read_reads_again(
            local in "[a-zA-Z0-9.+_ＡＢ張ß\"-]{1,12}",
            domain in "[a-zA-ZÜİß例0-9.-]{1,10}(\\.COM|。中国|@gmail\\.com)?",
        ) {
            if let Ok(email) = Email::parse(&format!(" {local}＠{domain}")) {
                let again = Email::parse(&email.to_string()).unwrap();
                prop_assert_eq!(again.to_string(), email.to_string());
                prop_assert_eq!(again.key(), email.key());
                prop_assert_eq!(key(&email.key()), email.key());
            }
        }
    }
}
