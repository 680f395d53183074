use std::collections::VecDeque;
use std::fmt;
use std::mem;

use super::{Row, RowError};

/// The rows of a file of separated cells, read strictly (RFC 4180): nothing is guessed, and nothing is repaired.
///
/// It takes the bytes piece by piece, so that no file is too large, and holds no more than the rows of one; a header has at most
/// 16,384 columns, as in a spreadsheet. A piece that could not be read ends the rows with an error; so does a quote that never closes, since nobody can tell what else is a row. What
/// else is wrong with a row is an error of that row.
///
/// Rows are numbered by the line on which they begin, the header's being 1, and end in LF or CRLF; empty lines are left out.
/// Text is UTF-8, with a byte order mark or without.
///
/// Several libraries read such files faster and more forgivingly; this one is for data of which every cell counts.
///
/// # Example
/// ```
/// use guanxi::crm::import::{CsvRows, RowError};
///
/// let file = "No,Customer\nK-1,\"云舟\n科技\"\nK-2\n".as_bytes();
/// let mut rows = CsvRows::new(file.chunks(5).map(Ok::<_, std::io::Error>), b',');
/// assert_eq!(rows.header()?, ["No", "Customer"]);
/// let row = rows.next().ok_or("no row")??;
/// assert_eq!((row.number(), row.cells()), (2, &["K-1".to_owned(), "云舟\n科技".to_owned()][..]));
/// assert_eq!(rows.next(), Some(Err(RowError::ragged(4, 1, 2))));
/// assert_eq!(rows.next(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CsvRows<I> {
    pieces: I,
    separator: u8,
    longest: usize,
    header: Option<Vec<String>>,
    state: State,
    /// The line at hand, from 1, and the one on which the row begins.
    line: u64,
    row: u64,
    cells: Vec<Vec<u8>>,
    /// How many cells of the row have ended, those included that are not kept.
    count: usize,
    cell: Vec<u8>,
    /// Whether the row has anything but its end.
    begun: bool,
    wrong: Option<Wrong>,
    ready: VecDeque<Result<Row, RowError>>,
    ended: bool,
}

/// Where the reader is. This enum is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a cell.
    Start,
    /// In a cell without quotes.
    Plain,
    /// Between the quotes of a cell.
    Quoted,
    /// After a quote within quotes: the end, or the first of two.
    QuoteSeen,
    /// After a CR outside quotes.
    Return,
}

/// The first thing that is wrong with the row at hand, and in which cell.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    Stray(usize),
    TooLong(usize),
    TooWide,
}

impl<I, B, E> CsvRows<I>
where
    I: Iterator<Item = Result<B, E>>,
    B: AsRef<[u8]>,
    E: fmt::Display,
{
    /// Returns the rows of the file that these pieces are, of which the cells are apart by `separator`: `b','`, `b';'`,
    /// `b'\t'`.
    pub fn new(pieces: I, separator: u8) -> Self {
        Self {
            pieces,
            separator,
            longest: 65_536,
            header: None,
            state: State::Start,
            line: 1,
            row: 1,
            cells: Vec::new(),
            count: 0,
            cell: Vec::new(),
            begun: false,
            wrong: None,
            ready: VecDeque::new(),
            ended: false,
        }
    }

    /// Sets the most bytes of a cell, 65,536 unless it is set; a longer one is an error, and is not kept.
    #[must_use]
    pub fn longest_cell(mut self, bytes: usize) -> Self {
        self.longest = bytes;
        self
    }

    /// Returns the header, which is the first row. Rows are as long as it.
    ///
    /// # Errors
    /// [`RowError`] when there is none, or when it cannot be read.
    pub fn header(&mut self) -> Result<&[String], RowError> {
        while self.header.is_none() && !self.ended {
            self.read_piece();
        }
        match (&self.header, self.ready.pop_front()) {
            (Some(_), ready) => {
                ready.into_iter().for_each(|row| self.ready.push_front(row));
                Ok(self.header.as_deref().unwrap_or_default())
            }
            (None, Some(Err(error))) => Err(error),
            (None, _) => Err(RowError::empty_file()),
        }
    }

    fn read_piece(&mut self) {
        match self.pieces.next() {
            Some(Ok(piece)) => piece.as_ref().iter().for_each(|&byte| self.take(byte)),
            Some(Err(error)) => self.end(Some(error)),
            None => self.end(None),
        }
    }

    fn take(&mut self, byte: u8) {
        if self.ended {
            return;
        }
        self.begun |= !matches!(byte, b'\r' | b'\n');
        match (self.state, byte) {
            (State::Quoted, b'"') => self.state = State::QuoteSeen,
            (State::Quoted, _) => {
                self.line += u64::from(byte == b'\n');
                self.keep(byte);
            }
            (State::QuoteSeen, b'"') => {
                self.keep(b'"');
                self.state = State::Quoted;
            }
            (State::Return, b'\n') => self.end_row(),
            (State::Return, _) => {
                // A CR alone ends no row: what follows it was written by something else.
                self.stray();
                self.keep(b'\r');
                self.state = State::Plain;
                self.take(byte);
            }
            (_, b'\n') => self.end_row(),
            (_, b'\r') => self.state = State::Return,
            (_, byte) if byte == self.separator => self.end_cell(),
            (State::Start, b'"') => self.state = State::Quoted,
            (State::QuoteSeen, _) | (State::Plain, b'"') => {
                self.stray();
                self.state = State::Plain;
                self.keep(byte);
            }
            (State::Start | State::Plain, _) => {
                self.state = State::Plain;
                self.keep(byte);
                if self.header.is_none() && self.count == 0 && self.cell == BYTE_ORDER_MARK {
                    self.cell.clear();
                    (self.state, self.begun) = (State::Start, false);
                }
            }
        }
    }

    fn keep(&mut self, byte: u8) {
        if self.cell.len() < self.longest {
            self.cell.push(byte);
        } else {
            self.wrong.get_or_insert(Wrong::TooLong(self.count));
        }
    }

    fn stray(&mut self) {
        self.wrong.get_or_insert(Wrong::Stray(self.count));
    }

    fn end_cell(&mut self) {
        self.state = State::Start;
        self.count += 1;
        // What a row has beyond the header is counted and not kept.
        let most = self.header.as_ref().map_or(MOST_COLUMNS, Vec::len);
        if self.count <= most {
            self.cells.push(mem::take(&mut self.cell));
            return;
        }
        self.cell.clear();
        if self.header.is_none() {
            self.wrong.get_or_insert(Wrong::TooWide);
        }
    }

    fn end_row(&mut self) {
        if mem::take(&mut self.begun) {
            self.end_cell();
            match (self.made(), &self.header) {
                (Ok(row), None) => self.header = Some(row.cells().to_vec()),
                // Without a header nobody can tell what the rows are.
                (Err(error), None) => {
                    self.ended = true;
                    self.ready.push_back(Err(error));
                }
                (made, Some(_)) => self.ready.push_back(made),
            }
        }
        (self.state, self.wrong, self.count) = (State::Start, None, 0);
        self.cells.clear();
        self.line += 1;
        self.row = self.line;
    }

    /// Returns the row at hand.
    fn made(&mut self) -> Result<Row, RowError> {
        match self.wrong {
            Some(Wrong::Stray(cell)) => return Err(RowError::stray_quote(self.row, &self.name(cell))),
            Some(Wrong::TooWide) => return Err(RowError::too_wide(self.row, self.count, MOST_COLUMNS)),
            Some(Wrong::TooLong(cell)) => return Err(RowError::too_long(self.row, &self.name(cell), self.longest)),
            None => {}
        }
        if let Some(header) = self.header.as_ref().filter(|header| header.len() != self.count) {
            return Err(RowError::ragged(self.row, self.count, header.len()));
        }
        let mut texts = Vec::with_capacity(self.cells.len());
        for (position, bytes) in mem::take(&mut self.cells).into_iter().enumerate() {
            match String::from_utf8(bytes) {
                // Text in UTF-16 may look like UTF-8 with a NUL beside every letter.
                Ok(text) if self.header.is_some() || !text.contains('\0') => texts.push(text),
                _ => return Err(RowError::encoding(self.row, &self.name(position))),
            }
        }
        Ok(Row::new(self.row, texts))
    }

    /// Returns the name of a column: its number where there is no header yet, or it is not so long.
    fn name(&self, cell: usize) -> String {
        self.header.iter().flatten().nth(cell).cloned().unwrap_or_else(|| (cell + 1).to_string())
    }

    /// Ends the file.
    fn end(&mut self, failure: Option<E>) {
        self.ended = true;
        match (failure, self.state) {
            (Some(error), _) => self.ready.push_back(Err(RowError::unreadable(self.row, error.to_string()))),
            (None, State::Quoted) => {
                let open = RowError::open_quote(self.row, &self.name(self.count));
                self.ready.push_back(Err(open));
            }
            (None, _) => self.end_row(),
        }
    }
}

impl<I, B, E> Iterator for CsvRows<I>
where
    I: Iterator<Item = Result<B, E>>,
    B: AsRef<[u8]>,
    E: fmt::Display,
{
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Some(row);
            }
            if self.ended {
                return None;
            }
            self.read_piece();
        }
    }
}

/// The columns of the widest spreadsheets.
const MOST_COLUMNS: usize = 16_384;

/// U+FEFF in UTF-8, which some programs write before everything.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
