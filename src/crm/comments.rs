use std::sync::Arc;

use super::command::Comment;
use super::{Context, audit};
use crate::record::Origin;
use crate::store::{Put, Term};
use crate::value::stored::{self, Corrupt, Reader};
use crate::value::{Id, Instant, Key, Name, Revision};

/// The object name under which comments are stored.
pub(super) const COMMENT: &str = "comment";
/// Comments of one record, in the order of time.
pub(super) const COMMENT_ON: &str = "comment.on";

/// The form of stored comments.
const FORM: u8 = 1;

/// A comment as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredComment {
    pub(super) by: Arc<str>,
    pub(super) at: Instant,
    pub(super) text: String,
    pub(super) mentions: Vec<Id>,
}

/// Returns where a comment is kept. The same context says the same once, however often it is run.
pub(super) fn comment_key(ctx: &Context, comment: &Comment) -> Key {
    let (seed, text) = (ctx.seed().to_be_bytes(), comment.text.as_bytes());
    let id = Id::of_parts(&[b"comment", &audit::moment_of(&comment.object, &comment.id, ctx.now()), text, &seed]);
    Key::new(ctx.tenant().clone(), Name::known(COMMENT), id)
}

/// Returns the write of a comment.
pub(super) fn comment_put(ctx: &Context, origin: &Origin, comment: &Comment) -> Put {
    let mut body = vec![FORM];
    stored::write_text(&mut body, origin.by());
    stored::write_signed(&mut body, origin.at().millis());
    stored::write_text(&mut body, &comment.text);
    stored::write_count(&mut body, comment.mentions.len());
    for mention in &comment.mentions {
        stored::write_id(&mut body, mention);
    }
    let term = Term::new(Name::known(COMMENT_ON), &audit::moment_of(&comment.object, &comment.id, origin.at()));
    Put::new(comment_key(ctx, comment), Revision::FIRST, body, [term])
}

impl StoredComment {
    /// Returns the comment that was stored as `bytes`.
    pub(super) fn from_stored(bytes: &[u8]) -> Result<Self, Corrupt> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FORM {
            return Err(Corrupt);
        }
        let by = reader.text()?.into();
        let at = Instant::from_millis(reader.signed()?).ok_or(Corrupt)?;
        let text = reader.text()?.to_owned();
        let count = reader.count()?;
        let mentions = (0..count).map(|_| reader.id()).collect::<Result<_, _>>()?;
        if reader.is_at_end() { Ok(Self { by, at, text, mentions }) } else { Err(Corrupt) }
    }
}
