//! Any text is a command or is refused; a command prints as it was read, and is decided or refused with words.

use guanxi::Command;
use guanxi::crm::RunError;

use crate::company::{self, crm};

/// Checks one text.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let command: Command = match serde_json::from_str(text) {
        Ok(command) => command,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let json = serde_json::to_string(&command).expect("a command can be written");
    assert!(json.starts_with(&format!("{{\"{}\":", command.kind())), "{json}");
    assert_eq!(serde_json::from_str::<Command>(&json).expect("and read"), command);
    company::with(|company| {
        // Without doing it, so that every input meets the same company.
        let refused = match crm().check(&mut company.store, &company.ctx, &command) {
            Ok(outcome) => {
                assert_eq!(outcome.object(), command.object());
                assert!(serde_json::to_string(&outcome).is_ok());
                return;
            }
            Err(RunError::Rejected(rejected)) => rejected,
            Err(error) => panic!("{error}"),
        };
        assert!(!refused.to_string().is_empty());
        assert!(serde_json::to_string(&refused).is_ok());
    });
}
