//! Pipelines as people who run a sales team would ask of them.

#[path = "pipeline/definition.rs"]
mod definition;
#[path = "pipeline/fixture.rs"]
mod fixture;
#[path = "pipeline/history.rs"]
mod history;
#[path = "pipeline/moves.rs"]
mod moves;
#[path = "pipeline/pictures.rs"]
mod pictures;
#[path = "pipeline/standard.rs"]
mod standard;
#[path = "pipeline/versions.rs"]
mod versions;
