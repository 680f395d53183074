//! Any text is a definition or a list of problems with places; what compiles survives being written and read.

use guanxi::record::Draft;
use guanxi::{Context, Definition};

/// Checks one text.
pub fn check(data: &[u8]) {
    let Ok(json) = std::str::from_utf8(data) else { return };
    let definition = Definition::from_json(json);
    match definition.compile() {
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems.iter() {
                assert!(!problem.path().is_empty(), "a problem without a place: {problem}");
                assert!(!problem.message().is_empty(), "a problem without words at {}", problem.path());
            }
        }
        Ok(crm) => {
            let written = serde_json::to_string(&definition).expect("what compiles can be written");
            assert_eq!(Definition::from_json(&written), definition);
            let strict: Definition = serde_json::from_str(&written).expect("what was written can be read");
            assert_eq!(strict, definition);
            for finding in crm.findings() {
                assert!(!finding.to_string().is_empty());
            }
            let now = "2026-03-02T09:00:00Z".parse().expect("a moment");
            let ctx = Context::system("t".parse().expect("a tenant"), "app", now, 1).expect("a context");
            for object in crm.schema().objects() {
                let form = crm.form(&ctx, &Draft::new(object.name().clone())).expect("automation may create");
                assert_eq!(form.fields.len(), object.declared_fields().count());
            }
        }
    }
}
