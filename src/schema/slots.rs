//! The slots of the fields that guanxi itself keeps on every record; declared fields follow.

/// The record's id.
pub const ID: u16 = 0;
/// When the record was created.
pub const CREATED_AT: u16 = 1;
/// Who created the record.
pub const CREATED_BY: u16 = 2;
/// When the record was last changed.
pub const UPDATED_AT: u16 = 3;
/// Who last changed the record.
pub const UPDATED_BY: u16 = 4;
/// The system that the record came from.
pub const SOURCE: u16 = 5;
/// When the record was deleted; missing while it is not.
pub const DELETED_AT: u16 = 6;
/// The ids that other systems know the record by, as `system:id`.
pub const EXTERNAL_IDS: u16 = 7;
/// The first declared field.
pub const FIRST_DECLARED: u16 = 8;
