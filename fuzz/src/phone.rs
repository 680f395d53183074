//! Any text is a phone number or is refused with words; a canonical number is its own canonical form.

use guanxi::text::{CallingCode, Phone};

/// Countries with every kind of trunk prefix, and none.
const HOMES: [u16; 7] = [86, 1, 7, 36, 39, 44, 852];

/// Checks one text.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let phone = match Phone::parse(text) {
        Ok(phone) => phone,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    assert_eq!(phone.raw(), text);
    let shown = phone.to_string();
    let again = Phone::parse(&shown).expect("a shown number is one");
    assert_eq!(again.extension(), phone.extension(), "shown as {shown}");
    for home in HOMES.map(CallingCode::new).into_iter().chain([None]) {
        let canonical = phone.canonical(home);
        let again = Phone::parse(&canonical).expect("a canonical number is one");
        assert_eq!(again.canonical(home), canonical, "at home in {home:?}");
    }
}
