use super::TimeSpan;
use super::zone::{DAY_MILLIS, MINUTE_MILLIS, Zone};

/// The working hours of one day: none on a day off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct DayHours {
    // INVARIANT: ascending, and each span begins after the end of the one before it.
    spans: Vec<TimeSpan>,
}

/// Working hours on one certain day, as moments in milliseconds since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenSpan {
    pub(super) opens: i64,
    pub(super) closes: i64,
}

impl DayHours {
    pub(super) const OFF: Self = Self { spans: Vec::new() };

    /// Returns the hours of those spans, which ascend and do not overlap; such as touch become one.
    pub(super) fn new(ascending: impl IntoIterator<Item = TimeSpan>) -> Self {
        let mut spans: Vec<TimeSpan> = Vec::new();
        for span in ascending {
            match spans.last_mut() {
                Some(last) if last.end() >= span.start() => {
                    *last = TimeSpan::from_minutes(last.start(), span.end()).unwrap_or(*last);
                }
                _ => spans.push(span),
            }
        }
        Self { spans }
    }

    pub(super) fn spans(&self) -> &[TimeSpan] {
        &self.spans
    }

    pub(super) fn is_off(&self) -> bool {
        self.spans.is_empty()
    }

    /// Returns how long these hours are by the clock on the wall, in milliseconds.
    pub(super) fn millis(&self) -> i64 {
        self.spans.iter().map(|span| i64::from(span.end() - span.start()) * MINUTE_MILLIS).sum()
    }

    /// Returns when these hours are on a day, counted from 1970-01-01, by the clock of `zone`.
    pub(super) fn on(&self, day: i32, zone: &Zone) -> impl Iterator<Item = OpenSpan> {
        let showing =
            move |minute: u16| zone.first_showing(i64::from(day) * DAY_MILLIS + i64::from(minute) * MINUTE_MILLIS);
        self.spans.iter().map(move |span| OpenSpan { opens: showing(span.start()), closes: showing(span.end()) })
    }
}

impl OpenSpan {
    pub(super) fn millis(self) -> i64 {
        self.closes - self.opens
    }
}
