/// A record's terms in one allocation: number of the index, length, bytes, one term after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PackedTerms(Box<[u8]>);

impl PackedTerms {
    /// Returns the terms that were [pushed](push_term), in one allocation of their size.
    pub(super) fn new(pushed: Vec<u8>) -> Self {
        Self(pushed.into_boxed_slice())
    }

    /// Returns the terms as (number of the index, bytes), in the order in which they were pushed.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let mut rest = self.0.as_ref();
        std::iter::from_fn(move || {
            let (number, after_number) = read_number(rest)?;
            let (bytes, after_bytes) = read_bytes(after_number)?;
            rest = after_bytes;
            Some((number, bytes))
        })
    }
}

/// Appends a term of the index with this number.
pub(super) fn push_term(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    push_number(out, number);
    push_bytes(out, bytes);
}

/// Appends bytes that delimit themselves.
pub(super) fn push_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    push_number(out, u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    out.extend_from_slice(bytes);
}

/// Returns the bytes that `packed` starts with, and what follows them.
pub(super) fn read_bytes(packed: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = read_number(packed)?;
    rest.split_at_checked(usize::try_from(len).ok()?)
}

/// Appends a number in seven-bit groups, lowest first (LEB128).
fn push_number(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn read_number(packed: &[u8]) -> Option<(u32, &[u8])> {
    let mut number = 0;
    for (place, byte) in packed.iter().enumerate().take(5) {
        number |= u32::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, packed.get(place + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packed_terms_come_back(terms in prop::collection::vec((any::<u32>(), prop::collection::vec(any::<u8>(), 0..300)), 0..9)) {
            let mut out = Vec::new();
            for (number, bytes) in &terms {
                push_term(&mut out, *number, bytes);
            }
            let packed = PackedTerms::new(out);
            prop_assert!(packed.iter().eq(terms.iter().map(|(number, bytes)| (*number, bytes.as_slice()))));
        }
    }
}
