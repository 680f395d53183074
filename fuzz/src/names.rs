//! Any text is a name, an address, a code or is refused with words; what is stored once is stored the same again.

use guanxi::text::clean::{self, clean};
use guanxi::text::{CompanyName, Email, PersonName, Uscc};

/// Checks one text with every normaliser but that of phones.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let tidy = clean(text);
    assert_eq!(clean(&tidy), tidy);
    let key = clean::key(text);
    assert_eq!(clean::key(&key), key);
    match Email::parse(text) {
        Ok(email) => {
            let again = Email::parse(&email.to_string()).expect("a shown address is one");
            assert_eq!(again.to_string(), email.to_string());
            assert_eq!(again.key(), email.key());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    match Uscc::parse(text) {
        Ok(code) => assert_eq!(Uscc::parse(code.as_str()).expect("a shown code is one"), code),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    match CompanyName::parse(text) {
        Ok(name) => {
            let again = CompanyName::parse(&name.to_string()).expect("a shown name is one");
            assert_eq!(again.to_string(), name.to_string());
            assert_eq!(again.key(), name.key());
            assert!(!name.core().is_empty());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    match PersonName::parse(text) {
        Ok(name) => {
            assert_eq!(name.raw(), text);
            assert!(name.family().or(name.given()).is_some());
            assert_eq!(PersonName::parse(&tidy).expect("a tidy name is one").key(), name.key());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
