use serde::de::DeserializeOwned;
use serde_json::{Error, Value as Json};

use crate::access::GrantDef;
use crate::expr::Expr;
use crate::pipeline::StageDef;
use crate::rules::{OperationDef, TriggerDef};
use crate::schema::FieldDef;

/// Takes each piece that cannot be read out of an element of the list `part`, and returns its path after that of the element
/// with what is wrong.
///
/// For an element that cannot be read as a whole: the reader stops at the first mistake and does not say where.
pub(super) fn take_wrong(part: &str, element: &mut Json) -> Vec<(String, Error)> {
    let mut wrong = Vec::new();
    let Some(parts) = element.as_object_mut() else { return wrong };
    for (_, key, read) in PIECES.iter().filter(|(of, ..)| *of == part) {
        let mistake = match (parts.get_mut(*key), *read) {
            (Some(Json::Array(items)), Read::Each(read)) => {
                let mut n = 0..;
                items.retain(|item| {
                    let path = n.next().map(|n: usize| format!(".{key}[{n}]")).unwrap_or_default();
                    let mistake = read(item);
                    let is_right = mistake.is_none();
                    wrong.extend(mistake.map(|error| (path, error)));
                    is_right
                });
                None
            }
            (Some(other), Read::Each(_)) => mistake::<Vec<Json>>(other),
            (Some(json), Read::Whole(read)) => read(json),
            (None, _) => None,
        };
        if let Some(error) = mistake {
            parts.remove(*key);
            wrong.push((format!(".{key}"), error));
        }
    }
    wrong
}

/// How a piece is read: as it stands, or each item of a list.
#[derive(Clone, Copy)]
enum Read {
    Each(fn(&Json) -> Option<Error>),
    Whole(fn(&Json) -> Option<Error>),
}

const PIECES: [(&str, &str, Read); 6] = [
    ("objects", "fields", Read::Each(mistake::<FieldDef>)),
    ("pipelines", "stages", Read::Each(mistake::<StageDef>)),
    ("roles", "grants", Read::Each(mistake::<GrantDef>)),
    ("rules", "on", Read::Whole(mistake::<TriggerDef>)),
    ("rules", "when", Read::Whole(mistake::<Option<Expr>>)),
    ("rules", "then", Read::Each(mistake::<OperationDef>)),
];

fn mistake<T: DeserializeOwned>(json: &Json) -> Option<Error> {
    T::deserialize(json).err()
}

#[cfg(test)]
mod tests {
    use crate::crm::Definition;

    #[test]
    fn every_piece_that_cannot_be_read_is_told_with_its_place() {
        let definition = Definition::from_json(
            r#"{
                "objects": [{"key": "booth", "fields": [
                    {"key": "size", "type": "int"}, {"key": "hall", "type": "text"}, {"key": "host", "type": "ref"}
                ]}, {"key": "stand", "fields": {}}],
                "pipelines": [{"key": "p", "object": "booth", "version": 1, "stages": [{"key": "a", "kind": "opne"}]}],
                "roles": [{"key": "guard", "grants": [
                    {"object": "*", "actions": ["read"], "relations": ["any"], "fields": ["*"]}
                ]}],
                "rules": [
                    {"key": "r", "object": "booth", "on": "updated", "when": "hall = '3'", "then": [{"notify": {}}]},
                    {"key": "s", "object": "booth", "on": "created", "then": [], "tehn": []}
                ]
            }"#,
        );
        let problems = definition.compile().unwrap_err();
        let mut places: Vec<_> = problems.iter().map(|problem| problem.path()).collect();
        places.sort_unstable();
        let expected = [
            "objects[0].fields[0]",
            "objects[0].fields[2]",
            "objects[1].fields",
            "pipelines[0].stages[0]",
            "roles[0].grants[0]",
            "rules[0].on",
            "rules[0].then[0]",
            "rules[0].when",
            "rules[1]",
        ];
        assert_eq!(places, expected, "{problems}");
        assert!(problems.iter().all(|problem| problem.message().ends_with("`)")), "{problems}");
    }
}
