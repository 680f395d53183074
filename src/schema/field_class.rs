use crate::value::Name;

/// The classes of fields that access is granted by; every field belongs to exactly one.
///
/// The standard classes come first, a definition may add its own, 16 in all.
///
/// # Example
/// ```
/// use guanxi::schema::FieldClasses;
///
/// let classes = FieldClasses::new(&["laboratory".parse()?]).unwrap();
/// assert!(classes.number("sensitive").is_some());
/// assert_eq!(classes.name(classes.number("laboratory").unwrap()), "laboratory");
/// # Ok::<(), guanxi::value::InvalidName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldClasses {
    // INVARIANT: at least the standard classes, at most 16, each once.
    names: Vec<Name>,
}

/// The number of a field class within its definition: 0 to 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassNumber(u8);

impl ClassNumber {
    /// The class of the fields that guanxi itself keeps.
    pub const SYSTEM: Self = Self(0);
    /// The class of a field whose definition names none.
    pub const CUSTOM: Self = Self(8);

    /// Returns the number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Returns the bit of the class in a set of classes.
    pub fn bit(self) -> u16 {
        1 << self.0
    }
}

const STANDARD: [&str; 9] =
    ["system", "status", "contact", "marketing", "sales", "service", "finance", "sensitive", "custom"];

impl FieldClasses {
    /// The most classes of a definition.
    pub const MAX: usize = 16;

    /// Returns the standard classes and `more`, or `None` when these would be more than 16; a name that is already a
    /// class adds nothing.
    pub fn new(more: &[Name]) -> Option<Self> {
        let mut names: Vec<Name> = STANDARD.into_iter().map(Name::known).collect();
        for name in more {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        (names.len() <= Self::MAX).then_some(Self { names })
    }

    /// Returns the number of the class `name`.
    pub fn number(&self, name: &str) -> Option<ClassNumber> {
        let position = self.names.iter().position(|known| known == name)?;
        u8::try_from(position).ok().map(ClassNumber)
    }

    /// Returns what is wrong with a name that is no class.
    pub(crate) fn unknown(&self, name: &Name) -> String {
        let known: Vec<_> = self.names.iter().map(|known| format!("`{known}`")).collect();
        format!("unknown class `{name}`: expected one of {}; `settings.classes` adds others", known.join(", "))
    }

    /// Returns the name of a class.
    pub fn name(&self, class: ClassNumber) -> &str {
        self.names.get(usize::from(class.0)).map_or("system", Name::as_str)
    }

    /// Returns all classes with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (ClassNumber, &Name)> {
        (0_u8..).map(ClassNumber).zip(&self.names)
    }
}

impl Default for FieldClasses {
    fn default() -> Self {
        Self { names: STANDARD.into_iter().map(Name::known).collect() }
    }
}
