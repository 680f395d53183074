//! The Chinese telephone numbering plan, as far as it tells a complete number from a partial one.
//!
//! Source: 电信网编号计划 (Ministry of Industry and Information Technology, 2017); the list of area codes
//! follows libphonenumber 9.0.

/// The national number behind digits dialled inside China, when they are complete.
///
/// Reads mobile numbers, 400 and 800 numbers and landlines with area code; the trunk prefix `0` and
/// a bare `86` in front are dropped. A local number without area code is not complete.
pub(super) fn complete(digits: &str) -> Option<&str> {
    let bare = digits.strip_prefix('0').unwrap_or(digits);
    if is_mobile(bare) || is_landline(bare) || is_service(digits) {
        return Some(bare);
    }
    // People type 86 without the plus; no area code begins with 86, so this is no guess.
    let rest = digits.strip_prefix("86")?;
    let bare = rest.strip_prefix('0').unwrap_or(rest);
    (is_mobile(bare) || is_landline(bare) || is_service(rest)).then_some(bare)
}

/// 手机: eleven digits, 13 to 19 in front.
fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// 400 and 800 numbers: ten digits, never with a trunk prefix.
fn is_service(digits: &str) -> bool {
    digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))
}

/// 固定电话: two-digit area codes have eight digits behind them, three-digit ones seven or eight.
fn is_landline(digits: &str) -> bool {
    let area = |length: usize| digits.get(..length).and_then(|code| code.parse::<u16>().ok());
    match digits.len() {
        10 => area(2).is_some_and(is_short_area) || area(3).is_some_and(is_long_area),
        11 => area(3).is_some_and(is_long_area),
        _ => false,
    }
}

fn is_short_area(code: u16) -> bool {
    matches!(code, 10 | 20..=25 | 27..=29)
}

fn is_long_area(code: u16) -> bool {
    matches!(
        code,
        310..=319 | 335 | 349..=359 | 370..=379 | 391..=396 | 398
            | 410..=419 | 421 | 427 | 429 | 431..=439 | 451..=459 | 464 | 467..=479 | 482 | 483
            | 510..=519 | 523 | 527 | 530..=539 | 543 | 546 | 550..=559 | 561..=564 | 566
            | 570..=580 | 591..=599
            | 631..=635 | 660 | 662 | 663 | 668 | 691 | 692
            | 701 | 710..=719 | 722 | 724 | 728 | 730..=739 | 743..=746 | 750..=760 | 762 | 763
            | 766 | 768..=779 | 790..=799
            | 812 | 813 | 816..=818 | 825..=827 | 830..=839 | 851 | 854..=859 | 870..=879 | 883
            | 886..=888 | 891..=898
            | 901..=903 | 906 | 908 | 909 | 911..=919 | 930..=939 | 941 | 943 | 951..=955
            | 970..=979 | 990..=999
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_numbers_lose_their_prefix_and_nothing_else() {
        for (dialled, national) in [
            ("13912345678", "13912345678"),
            ("013912345678", "13912345678"),
            ("8613912345678", "13912345678"),
            ("02162351234", "2162351234"),
            ("2162351234", "2162351234"),
            ("8602162351234", "2162351234"),
            ("862162351234", "2162351234"),
            ("059140511707", "59140511707"),
            ("05928817537", "5928817537"),
            ("4008208820", "4008208820"),
            ("8008208820", "8008208820"),
        ] {
            assert_eq!(complete(dialled), Some(national), "{dialled}");
        }
    }

    #[test]
    fn partial_and_foreign_numbers_are_not_complete() {
        for dialled in [
            "62351234",     // no area code
            "0216235123",   // a digit short
            "021623512345", // a digit long
            "12012345678",  // 12 is no mobile prefix
            "03012345678",  // 301 is no area code
            "04008208820",  // a service number takes no trunk prefix
            "95588",
            "",
        ] {
            assert_eq!(complete(dialled), None, "{dialled}");
        }
    }
}
