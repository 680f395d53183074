//! A file of separated cells is read strictly: whatever could be misread comes back with its row and column.

use std::io;

use guanxi::crm::import::{CsvRows, Row, RowError};
use proptest::prelude::*;

/// A header, and what came of the rows.
type Read = (Vec<String>, Vec<Result<Row, RowError>>);

fn read(file: &[u8], pieces: usize) -> Result<Read, RowError> {
    let mut rows = CsvRows::new(file.chunks(pieces).map(Ok::<_, io::Error>), b',').longest_cell(10);
    let header = rows.header()?.to_vec();
    Ok((header, rows.collect()))
}

/// What a file of the columns `a` and `b` holds, a line a row.
fn lines(body: &[u8]) -> Vec<String> {
    let file = [b"a,b\n", body].concat();
    let whole = read(&file, file.len()).unwrap();
    for pieces in 1..6 {
        assert_eq!(read(&file, pieces).unwrap(), whole, "in pieces of {pieces}");
    }
    let line = |row: &Result<Row, RowError>| match row {
        Ok(row) => format!("{} {}", row.number(), row.cells().join("|")),
        Err(error) => format!("{}: {error}", error.code()),
    };
    whole.1.iter().map(line).collect()
}

#[test]
fn cells_are_read_to_the_letter() {
    assert_eq!(lines(b"1,2\n3,4"), ["2 1|2", "3 3|4"]);
    assert_eq!(lines(b"1,2\r\n\r\n\n3,\r\n"), ["2 1|2", "5 3|"]);
    assert_eq!(lines("\"a \"\"b\"\"\",\" 云,\n\"\n\"\",x".as_bytes()), ["2 a \"b\"| 云,\n", "4 |x"]);
    assert_eq!(lines(b" 1 ,\t"), ["2  1 |\t"]);
    assert_eq!(lines(b""), [""; 0]);
}

#[test]
fn what_is_wrong_with_a_row_is_told_and_the_others_are_read() {
    assert_eq!(
        lines(b"1\n2,2\n3,3,3,3\n"),
        [
            "ragged: row 2: has 1 cells: expected 2, as many as the header",
            "3 2|2",
            "ragged: row 4: has 4 cells: expected 2, as many as the header",
        ]
    );
    let stray = "has text outside its quotes, or a quote that is not doubled";
    for cell in ["x\"y\"", "\"y\"x", "\"y\" ", " \"y\"", "x\ry"] {
        let found = lines(format!("1,{cell}\n2,2\n").as_bytes());
        assert_eq!(found, [format!("stray_quote: row 2, column `b`: {stray}"), "3 2|2".to_owned()], "{cell}");
    }
    assert_eq!(
        lines(b"\xb9\xab\xcb\xbe,1\n2,2\n"),
        ["encoding: row 2, column `a`: is not in the encoding that was declared", "3 2|2"]
    );
    assert_eq!(
        lines(format!("1,{}\n2,0123456789\n", "x".repeat(100)).as_bytes()),
        ["too_long: row 2, column `b`: has more than 10 bytes", "3 2|0123456789"]
    );
}

#[test]
fn a_quote_that_never_closes_ends_the_file_with_an_error() {
    assert_eq!(
        lines(b"1,1\n2,\"2\n3,3\n4,4\n"),
        ["2 1|1", "open_quote: row 3, column `b`: begins with a quote that is never closed"]
    );
}

#[test]
fn a_file_without_a_header_is_told_so() {
    for empty in ["", "\n\r\n", "\u{feff}"] {
        assert_eq!(read(empty.as_bytes(), 1).unwrap_err(), RowError::empty_file(), "{empty:?}");
    }
    assert_eq!(read(b"a,\"b", 1).unwrap_err(), RowError::open_quote(1, "2"));
    assert_eq!(read(b"a,\xff\n1,2\n", 1).unwrap_err(), RowError::encoding(1, "2"));
    assert_eq!(read(b"a,\0b\0\n", 1).unwrap_err(), RowError::encoding(1, "2"));
    assert_eq!(read("\u{feff}\"a\",b\n1,2".as_bytes(), 1).unwrap().0, ["a", "b"]);
}

#[test]
fn a_file_that_breaks_off_is_not_taken_for_a_whole_one() {
    let pieces = [Ok("a,b\n1,2\n3"), Err(io::Error::other("the line is dead"))];
    let rows: Vec<_> = CsvRows::new(pieces.into_iter(), b',').collect();
    assert_eq!(rows, [Ok(Row::new(2, ["1", "2"])), Err(RowError::unreadable(3, "the line is dead"))]);
}

proptest! {
    #[test]
    fn what_was_written_is_read(
        rows in prop::collection::vec(prop::collection::vec("[ab,\"\r\n云]{0,3}", 2), 0..6), pieces in 1..9_usize,
    ) {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n";
        let file = "a,b\n".to_owned() + &rows.iter().map(line).collect::<String>();
        let (_, found) = read(file.as_bytes(), pieces).unwrap();
        let found: Vec<Vec<String>> = found.into_iter().map(|row| row.unwrap().cells().to_vec()).collect();
        prop_assert_eq!(found, rows);
    }

    #[test]
    fn no_bytes_are_misread(body in prop::collection::vec(prop::sample::select(b"a,\"\r\n \xe4".to_vec()), 0..30), pieces in 1..5_usize) {
        let file = [b"a,b\n", &body[..]].concat();
        let (_, found) = read(&file, pieces).unwrap();
        prop_assert_eq!(&found, &read(&file, 100).unwrap().1);
        for row in found.into_iter().flatten() {
            prop_assert_eq!(row.cells().len(), 2);
        }
    }
}

#[test]
fn a_header_wider_than_any_spreadsheet_is_refused() {
    let columns = |count: usize| (0..count).map(|column| column.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(read(columns(16_384).as_bytes(), 1_000).map(|(header, _)| header.len()), Ok(16_384));
    let wide = read(format!("{}\n1,2\n", columns(50_000)).as_bytes(), 1_000).unwrap_err();
    assert_eq!(
        (wide.code(), wide.to_string().as_str()),
        ("too_wide", "row 1: has 50000 columns: expected at most 16384")
    );
}
