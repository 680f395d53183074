//! Names written with Latin, Greek, Cyrillic and other letters.

use super::clean::fold_case;
use super::person::{NameOrder, Parts};
use super::person_title;

/// Takes apart a name without East Asian characters.
pub(super) fn split(name: &str) -> Parts {
    let mut pieces = name.split(',').map(words).filter(|piece| !piece.is_empty());
    let mut family = pieces.next().unwrap_or_default();
    let mut spoken: Vec<&str> = pieces.flatten().collect();
    let mut behind = Vec::new();
    let suffix = |word: &&str| person_title::is_suffix(word);
    let named = family.iter().any(has_letters);
    while named && spoken.last().is_some_and(suffix) {
        behind.extend(spoken.pop());
    }
    // Nothing but titles behind the comma: `Martin King, Jr.` is in spoken order already.
    let mut marked = (!spoken.is_empty()).then_some(family.len());
    spoken.append(&mut family);

    let mut before = Vec::new();
    let mut kept = spoken.as_slice();
    // A title is a word with letters; one such word must remain as the name.
    for _ in 1..spoken.iter().filter(|word| has_letters(word)).count() {
        match kept {
            [title, rest @ ..] if person_title::is_prefix(title) => {
                before.push(*title);
                kept = rest;
            }
            [rest @ .., title] if person_title::is_suffix(title) => {
                behind.push(title);
                marked = marked.and_then(|count| count.checked_sub(1)).filter(|&count| count > 0);
                kept = rest;
            }
            _ => break,
        }
    }
    let titled = !before.is_empty() || !behind.is_empty();
    let family = marked.unwrap_or_else(|| family_length(kept, titled)).min(kept.len());
    let (given, family) = kept.split_at_checked(kept.len() - family).unwrap_or((kept, &[]));
    let titles = before.into_iter().chain(behind.into_iter().rev());
    Parts::new(&family.join(" "), &given.join(" "), titles, NameOrder::GivenFirst)
}

fn words(piece: &str) -> Vec<&str> {
    piece.split(' ').filter(|word| word.contains(char::is_alphanumeric)).collect()
}

fn has_letters(word: &&str) -> bool {
    word.contains(char::is_alphabetic)
}

/// How many of the last words are the family name: one, or all from its first particle on. A lone
/// word is a family name only beside a title.
fn family_length(words: &[&str], titled: bool) -> usize {
    match words {
        [_] => usize::from(titled),
        [_, inner @ .., _] => {
            let particle = |word: &&str| {
                let word = fold_case(word);
                PARTICLES.split(' ').any(|particle| particle == word)
            };
            inner.iter().position(particle).map_or(1, |at| inner.len() - at + 1)
        }
        [] => 0,
    }
}

/// Particles that open a family name in Dutch, German, French, Italian, Spanish, Portuguese, the
/// Scandinavian languages and Arabic.
const PARTICLES: &str = "van von vom zu zur de del della delle dello di da du des dos das den der la le \
    ter ten af av bin ibn al el st.";

#[cfg(test)]
mod tests {
    use super::super::person::tests::check;

    #[test]
    fn western_names_split_at_the_family_name() {
        check("Ada Lovelace", "Lovelace", "Ada", "");
        check("Lovelace, Ada", "Lovelace", "Ada", "");
        check("Mr Smith", "Smith", "", "Mr");
        check("Madonna", "", "Madonna", "");
        check("Prof. Dr. Hans-Peter von der Heide", "von der Heide", "Hans-Peter", "Prof. Dr.");
        check("Martin Luther King, Jr.", "King", "Martin Luther", "Jr.");
        check("King, Martin Luther, Jr.", "King", "Martin Luther", "Jr.");
        check("Smith, Ada, PhD, MBA", "Smith", "Ada", "PhD MBA");
        check("Smith, Mr", "Smith", "", "Mr");
        check("Juan de la Cruz", "de la Cruz", "Juan", "");
        check("Robert (Bob) Smith", "Smith", "Robert", "Bob");
        check("Jack Ma", "Ma", "Jack", "");
        check("Пётр Ильич Чайковский", "Чайковский", "Пётр Ильич", "");
        check("Dr", "", "Dr", "");
    }
}
