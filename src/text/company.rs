//! Company names.

use std::fmt;
use std::str::FromStr;

use super::clean::{self, clean};
use super::script::is_east_asian;
use super::unreadable::{MAX_BYTES, Unreadable};
use super::{company_eastern, company_western};

/// A company name (企业名称), taken apart into what tells companies from each other and what does not.
///
/// A Chinese name is region + trade name + industry + legal form (行政区划、字号、行业、组织形式:
/// 企业名称登记管理规定, 2020, article 6), but people write it in many ways. The [`core`](Self::core)
/// is trade name and industry; the rest can be asked for. Chinese names give all parts; other names
/// give core and legal form.
///
/// # Example: one company, two spellings
/// ```
/// use guanxi::text::CompanyName;
///
/// let full: CompanyName = "上海云舟科技有限公司".parse()?;
/// assert_eq!(full.core(), "云舟科技");
/// assert_eq!(full.region(), Some("上海"));
/// assert_eq!(full.legal_form(), Some("有限公司"));
///
/// let short: CompanyName = "云舟科技(上海)".parse()?;
/// assert_eq!((short.core(), short.region()), (full.core(), full.region()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Example: a branch (分公司) names its place
/// ```
/// use guanxi::text::CompanyName;
///
/// let branch = CompanyName::parse("上海云舟科技有限公司杭州分公司")?;
/// assert_eq!(branch.branch(), Some("杭州分公司"));
/// assert_eq!((branch.core(), branch.region()), ("云舟科技", Some("上海")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Example: a German partnership
/// ```
/// use guanxi::text::CompanyName;
///
/// let name = CompanyName::parse("Müller Söhne GmbH & Co. KG")?;
/// assert_eq!((name.core(), name.legal_form()), ("Müller Söhne", Some("GmbH & Co. KG")));
/// assert_eq!(name.key(), CompanyName::parse("MULLER SOHNE")?.key());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CompanyName {
    raw: String,
    parts: Parts,
}

/// Why text is not a [`CompanyName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompanyProblem {
    /// More than [`MAX_BYTES`] bytes.
    #[error("{bytes} bytes, expected at most {MAX_BYTES}")]
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// No letter and no digit.
    #[error("no letter and no digit")]
    WithoutLetters,
}

impl CompanyName {
    /// Takes a name apart.
    ///
    /// # Errors
    /// [`CompanyProblem`].
    pub fn parse(text: &str) -> Result<Self, Unreadable<CompanyProblem>> {
        let refuse = |problem| Unreadable::new(text, "a company name", problem);
        if text.len() > MAX_BYTES {
            return Err(refuse(CompanyProblem::TooLong { bytes: text.len() }));
        }
        let name = clean(text);
        if !says(&name) {
            return Err(refuse(CompanyProblem::WithoutLetters));
        }
        let parts =
            if name.contains(is_east_asian) { company_eastern::split(&name) } else { company_western::split(&name) };
        Ok(Self { raw: text.to_owned(), parts })
    }

    /// The text it was read from, untouched.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The name without region, legal form and branch; never empty.
    pub fn core(&self) -> &str {
        &self.parts.core
    }

    /// The Chinese region of registration in its short form: `上海` for `上海市`, `深圳` for
    /// `广东省深圳市`. `中国` if the name says so in brackets.
    pub fn region(&self) -> Option<&str> {
        self.parts.region.as_deref()
    }

    /// What marks a part of the company, with its place: `杭州分公司`, `办事处`, `采购部`.
    pub fn branch(&self) -> Option<&str> {
        self.parts.branch.as_deref()
    }

    /// The legal form as written, `集团` included: `集团有限公司`, `Co., Ltd.`
    pub fn legal_form(&self) -> Option<&str> {
        self.parts.form.as_deref()
    }

    /// The core folded for comparing ([`clean::key`]); Chinese names without any space.
    ///
    /// Region and branch are not in it: compare them beside the key where they matter.
    pub fn key(&self) -> String {
        let mut key = clean::key(self.core());
        if key.contains(is_east_asian) {
            key.retain(|c| c != ' ');
        }
        key
    }
}

/// The whole name, tidied by [`clean()`].
impl fmt::Display for CompanyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&clean(&self.raw))
    }
}

impl FromStr for CompanyName {
    type Err = Unreadable<CompanyProblem>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// A name taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Parts {
    pub(super) core: String,
    pub(super) region: Option<String>,
    pub(super) branch: Option<String>,
    pub(super) form: Option<String>,
}

/// Whether a part holds anything but punctuation. It looks from the end, where callers cut.
pub(super) fn says(part: &str) -> bool {
    part.rfind(char::is_alphanumeric).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn company(text: &str) -> CompanyName {
        CompanyName::parse(text).unwrap()
    }

    #[test]
    fn a_core_is_never_empty() {
        for text in ["有限公司", "上海", "上海分公司", "(上海)", "集团", "分公司", "Co. Ltd.", "公司公司"]
        {
            assert_ne!(company(text).key(), "", "{text}");
        }
    }

    #[test]
    fn the_fault_is_named() {
        for text in ["", "  ", "——", "。"] {
            let error = CompanyName::parse(text).unwrap_err();
            assert_eq!(error.problem(), &CompanyProblem::WithoutLetters, "{text}");
        }
        let error = CompanyName::parse(&"司".repeat(1 << 19)).unwrap_err();
        assert_eq!(error.problem(), &CompanyProblem::TooLong { bytes: 3 << 19 });
    }

    proptest! {
        #[test]
        fn no_text_panics_and_the_raw_text_stays(text: String) {
            if let Ok(name) = CompanyName::parse(&text) {
                prop_assert_eq!(name.raw(), &text);
                prop_assert!(!name.core().is_empty());
                prop_assert_eq!(company(&name.to_string()).parts, name.parts);
            }
        }

        #[test]
        fn any_order_of_these_pieces_is_read(
            text in "((上海市?|广东|\\(|\\)|云舟|科技|银行|集团|有限公司|公司|分公司|Acme|Co\\.|Ltd|&|,| )){1,8}"
        ) {
            if let Ok(name) = CompanyName::parse(&text) {
                prop_assert!(!name.key().is_empty());
                prop_assert_eq!(company(&name.to_string()).key(), name.key());
            }
        }

        #[test]
        fn the_core_of_a_proper_name_is_final(
            region in "(上海市|上海|广东省深圳市)?",
            trade in "(云舟|卓众|银行)(科技|贸易)?",
            form in "(有限公司|集团股份有限公司)?",
            branch in "(杭州分公司)?",
        ) {
            let name = company(&format!("{region}{trade}{form}{branch}"));
            let again = company(name.core());
            prop_assert_eq!(again.core(), name.core());
            prop_assert_eq!(again.key(), name.key());
        }
    }
}
