use super::layer::Layer;
use super::{Asks, AsyncStore, ChangeSet, CommitError, Facts, Found, Store};

/// A store on top of another one: reads see what was written to it, then what is below, and nothing ever reaches that one.
///
/// Use it to find out what a series of commands would do. What is written is kept in memory.
///
/// It answers as the store below would after the same commits. Where that one is changed meanwhile, answers are as of when
/// it was asked, and a range may take several questions.
///
/// # Example: what would be
/// ```
/// use guanxi::model::Lead;
/// use guanxi::store::Overlay;
/// use guanxi::{Command, Context, MemoryStore, Query};
///
/// let crm = guanxi::standard().compile()?;
/// let mut store = MemoryStore::new();
/// let ctx = Context::system("acme".parse()?, "web-form", "2026-03-02T09:00:00+08:00".parse()?, 7)?;
/// let leads = Query::list("lead".parse()?);
///
/// let mut overlay = Overlay::new(&mut store);
/// crm.run(&mut overlay, &ctx, &Command::create(Lead::new("上海云舟科技有限公司")))?;
/// assert_eq!(crm.ask(&mut overlay, &ctx, &leads)?.records.len(), 1);
/// assert_eq!(crm.ask(&mut store, &ctx, &leads)?.records.len(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Overlay<'a, S: ?Sized> {
    below: &'a mut S,
    layer: Layer,
}

impl<'a, S: ?Sized> Overlay<'a, S> {
    /// Returns an overlay on `below` to which nothing was written yet.
    pub fn new(below: &'a mut S) -> Self {
        Self { below, layer: Layer::default() }
    }
}

impl<S: Store + ?Sized> Store for Overlay<'_, S> {
    type Error = S::Error;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, S::Error> {
        let mut wanted = self.layer.below(asks);
        let mut known = Facts::new();
        loop {
            if !wanted.is_empty() {
                let answers = self.below.fetch(&wanted)?;
                known.merge(all_answered(&wanted, answers));
            }
            match self.layer.answer(asks, &known) {
                Ok(facts) => return Ok(facts),
                Err(more) => wanted = more,
            }
        }
    }

    fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<S::Error>> {
        let facts = self.fetch(&Layer::guarded(changes)).map_err(CommitError::Store)?;
        Ok(self.layer.commit(changes, &facts)?)
    }
}

/// The same as [`Overlay`], on an asynchronous store.
#[derive(Debug)]
pub struct AsyncOverlay<'a, S> {
    below: &'a mut S,
    layer: Layer,
}

impl<'a, S> AsyncOverlay<'a, S> {
    /// Returns an overlay on `below` to which nothing was written yet.
    pub fn new(below: &'a mut S) -> Self {
        Self { below, layer: Layer::default() }
    }
}

impl<S: AsyncStore + Send> AsyncStore for AsyncOverlay<'_, S> {
    type Error = S::Error;

    async fn fetch(&mut self, asks: &Asks) -> Result<Facts, S::Error> {
        let mut wanted = self.layer.below(asks);
        let mut known = Facts::new();
        loop {
            if !wanted.is_empty() {
                let answers = self.below.fetch(&wanted).await?;
                known.merge(all_answered(&wanted, answers));
            }
            match self.layer.answer(asks, &known) {
                Ok(facts) => return Ok(facts),
                Err(more) => wanted = more,
            }
        }
    }

    async fn commit(&mut self, changes: &ChangeSet) -> Result<(), CommitError<S::Error>> {
        let facts = self.fetch(&Layer::guarded(changes)).await.map_err(CommitError::Store)?;
        Ok(self.layer.commit(changes, &facts)?)
    }
}

/// Returns answers to all that was asked: of a store that leaves out an answer nobody shall ask forever.
fn all_answered(asks: &Asks, mut answers: Facts) -> Facts {
    for range in asks.ranges() {
        if answers.range(range).is_none() {
            answers.add_range(range.clone(), Found::nothing(range.want()));
        }
    }
    answers
}
