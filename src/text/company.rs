//! Company names.

use std::fmt;
use std::str::FromStr;

use super::clean::{self, clean};
use super::legal_form;
use super::region;
use super::script::{is_han, is_hangul, is_kana};
use super::unreadable::{MAX_BYTES, Unreadable};

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
        let parts = if name.contains(is_east_asian) {
            east_asian(&name)
        } else {
            latin(&name)
        };
        Ok(Self {
            raw: text.to_owned(),
            parts,
        })
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

/// The whole name, tidied by [`clean`].
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

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Parts {
    core: String,
    region: Option<String>,
    branch: Option<String>,
    form: Option<String>,
}

fn is_east_asian(c: char) -> bool {
    is_han(c) || is_kana(c) || is_hangul(c)
}

fn east_asian(name: &str) -> Parts {
    let name = close_gaps(name);
    let (name, branch) = split_branch(&name);
    let mut parts = Parts {
        branch,
        ..Parts::default()
    };
    let mut forms = Vec::new();
    let name = take_brackets(name, &mut parts, &mut forms);

    let mut core = trim(&name);
    let mut suffixes = Vec::new();
    while let Some((rest, form)) = legal_form::strip_han_suffix(core).filter(|(rest, _)| says(rest))
    {
        core = trim(rest);
        suffixes.push(form);
    }
    forms.extend(suffixes.into_iter().rev());
    if let Some((form, rest)) = legal_form::strip_han_prefix(core).filter(|(_, rest)| says(rest)) {
        core = trim(rest);
        forms.push(form);
    }
    // At most two: a province and a city in it.
    for _ in 0..2 {
        match region::strip_prefix(core).filter(|(_, rest)| stands_alone(trim(rest))) {
            Some((region, rest)) => {
                core = trim(rest);
                parts.region = Some(region.to_owned());
            }
            None => break,
        }
    }
    parts.core = core.to_owned();
    parts.form = (!forms.is_empty()).then(|| forms.concat());
    parts
}

/// Removes the spaces beside East Asian characters, where they carry no meaning.
fn close_gaps(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let between = [out.chars().next_back(), chars.peek().copied()];
        if c != ' ' || !between.into_iter().flatten().any(is_east_asian) {
            out.push(c);
        }
    }
    out
}

/// Splits `杭州分公司` off the end.
fn split_branch(name: &str) -> (&str, Option<String>) {
    let found = behind_company(name)
        .or_else(|| behind_region(name))
        .or_else(|| bare_branch(name));
    match found {
        Some((company, place, marker)) => {
            let place = place.replace(['(', ')'], "");
            (company, Some(format!("{}{marker}", trim(&place))))
        }
        None => (name, None),
    }
}

/// `云舟有限公司` + `杭州` + `分公司`: what follows the whole company is a part of it.
fn behind_company(name: &str) -> Option<(&str, &str, &'static str)> {
    BRANCHES.iter().chain(&DEPARTMENTS).find_map(|marker| {
        let front = name.strip_suffix(marker)?;
        let end = front.rfind("公司")? + "公司".len();
        let (company, place) = front.split_at_checked(end)?;
        Some((company, place, *marker))
    })
}

/// `云舟科技` + `杭州` + `办事处`: without a legal form, only a region shows where the name ends.
fn behind_region(name: &str) -> Option<(&str, &str, &'static str)> {
    BRANCHES.iter().find_map(|marker| {
        let front = name.strip_suffix(marker)?;
        let front = front.strip_suffix(')').unwrap_or(front);
        let (company, place) = region::strip_suffix(front)?;
        let company = company.strip_suffix('(').unwrap_or(company);
        says(company).then_some((company, place, *marker))
    })
}

/// `云舟科技` + `分公司`, no place given.
fn bare_branch(name: &str) -> Option<(&str, &str, &'static str)> {
    ["分公司", "办事处", "辦事處"]
        .into_iter()
        .find_map(|marker| {
            let company = name.strip_suffix(marker)?;
            says(company).then_some((company, "", marker))
        })
}

/// Takes the brackets that hold a region, a legal form or a branch out of the name.
fn take_brackets<'a>(name: &'a str, parts: &mut Parts, forms: &mut Vec<&'a str>) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, opened)) = rest.split_once('(') {
        let Some((inside, after)) = opened.split_once(')') else {
            break;
        };
        out.push_str(before);
        let inside = trim(inside);
        if let Some(region) = region::whole(inside).or((inside == "中国").then_some("中国")) {
            parts.region.get_or_insert_with(|| region.to_owned());
        } else if legal_form::is_bracketed_form(inside) {
            forms.push(inside);
        } else if parts.branch.is_none() && BRANCHES.iter().any(|marker| inside.ends_with(marker)) {
            parts.branch = Some(inside.to_owned());
        } else {
            out.extend(["(", inside, ")"]);
        }
        rest = after;
    }
    out.push_str(rest);
    // A name that is nothing but brackets keeps them.
    if says(&out) { out } else { name.to_owned() }
}

/// Whether a name without its region still names a company: `云舟` does, the `银行` of `上海银行` not.
fn stands_alone(rest: &str) -> bool {
    let mut left = rest;
    while let Some(after) = GENERIC.split(' ').find_map(|word| left.strip_prefix(word)) {
        left = after;
    }
    says(left)
        && rest
            .chars()
            .filter(|c| c.is_alphanumeric())
            .nth(1)
            .is_some()
}

fn latin(name: &str) -> Parts {
    let mut words = Vec::new();
    let mut start = 0;
    for piece in name.split_inclusive([' ', ',']) {
        let word = piece.trim_end_matches([' ', ',']);
        // An ampersand or a dash alone is no word: `GmbH & Co. KG` is one legal form.
        if says(word) {
            words.push(Word { start, text: word });
        }
        start += piece.len();
    }
    let mut kept = words.as_slice();
    while let Some((first, others)) = kept.split_first().filter(|(_, others)| !others.is_empty()) {
        match legal_form::suffix_length(others.iter().rev().map(|word| word.text)) {
            0 if legal_form::is_prefix(first.text) => kept = others,
            0 => break,
            count => kept = kept.get(..kept.len() - count).unwrap_or_default(),
        }
    }
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        return Parts {
            core: name.to_owned(),
            ..Parts::default()
        };
    };
    let (front, rest) = name.split_at_checked(first.start).unwrap_or(("", name));
    let (core, back) = rest
        .split_at_checked(last.start + last.text.len() - first.start)
        .unwrap_or((rest, ""));
    let form = [front, back]
        .map(|form| form.trim_matches([' ', ',', '&', '-']))
        .into_iter()
        .filter(|form| says(form))
        .collect::<Vec<_>>()
        .join(" ");
    Parts {
        core: core.to_owned(),
        form: (!form.is_empty()).then_some(form),
        ..Parts::default()
    }
}

/// A word and the byte at which it starts.
struct Word<'a> {
    start: usize,
    text: &'a str,
}

/// Drops punctuation around a part, but not its brackets.
fn trim(part: &str) -> &str {
    part.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')'))
}

fn says(part: &str) -> bool {
    part.contains(char::is_alphanumeric)
}

/// Parts of a company, marked wherever they stand.
const BRANCHES: [&str; 14] = [
    "分公司",
    "办事处",
    "辦事處",
    "代表处",
    "代表處",
    "联络处",
    "聯絡處",
    "分行",
    "支行",
    "分店",
    "分部",
    "分厂",
    "分校",
    "分院",
];

/// Parts of a company when they follow its whole name.
const DEPARTMENTS: [&str; 8] = ["部", "处", "處", "店", "厂", "廠", "中心", "门市"];

/// Words of trades and kinds. A name of a region and nothing but these is a name as it is.
const GENERIC: &str = "银行 大学 学院 医院 中学 小学 科技 技术 实业 贸易 商贸 集团 航空 机场 港务 地铁 公交 \
    交通 移动 电信 联通 铁路 邮政 烟草 电力 石油 石化 证券 保险 信托 日报 电视台 自来水 燃气 水务 建设 工程 \
    建筑 装饰 房地产 地产 置业 投资 控股 产业 发展 开发 国际 进出口 网络 信息 软件 数据 智能 电子 机械 设备 \
    化工 医药 制药 生物 材料 建材 钢铁 汽车 物流 运输 旅游 酒店 餐饮 食品 农业 能源 环保 教育 咨询 管理 企业 \
    文化 传媒 广告 服务 服饰 家具 城市";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn company(text: &str) -> CompanyName {
        CompanyName::parse(text).unwrap()
    }

    #[track_caller]
    fn check(text: &str, core: &str, region: &str, branch: &str, form: &str) {
        let name = company(text);
        let parts = [
            Some(name.core()),
            name.region(),
            name.branch(),
            name.legal_form(),
        ];
        assert_eq!(
            parts.map(Option::unwrap_or_default),
            [core, region, branch, form],
            "{text}"
        );
    }

    #[test]
    fn chinese_names_come_apart() {
        check("上海云舟科技有限公司", "云舟科技", "上海", "", "有限公司");
        check(
            "上海市云舟科技有限责任公司",
            "云舟科技",
            "上海",
            "",
            "有限责任公司",
        );
        check(
            "云舟科技（上海）股份有限公司",
            "云舟科技",
            "上海",
            "",
            "股份有限公司",
        );
        check(
            "云舟（上海市）科技有限公司",
            "云舟科技",
            "上海",
            "",
            "有限公司",
        );
        check(
            "广东省深圳市云舟科技集团有限公司",
            "云舟科技",
            "深圳",
            "",
            "集团有限公司",
        );
        check(
            "云舟科技(集团)股份有限公司",
            "云舟科技",
            "",
            "",
            "集团股份有限公司",
        );
        check(
            "杭州云舟投资合伙企业（有限合伙）",
            "云舟投资",
            "杭州",
            "",
            "有限合伙合伙企业",
        );
        check("云舟 科技 有限公司。", "云舟科技", "", "", "有限公司");
        check(
            "阿里巴巴（中国）有限公司",
            "阿里巴巴",
            "中国",
            "",
            "有限公司",
        );
        check(
            "云舟(北方)科技有限公司",
            "云舟(北方)科技",
            "",
            "",
            "有限公司",
        );
        check("香港雲舟有限公司", "雲舟", "香港", "", "有限公司");
    }

    #[test]
    fn a_region_that_carries_the_name_stays() {
        check("上海银行股份有限公司", "上海银行", "", "", "股份有限公司");
        check("北京大学", "北京大学", "", "", "");
        check("金华科技有限公司", "金华科技", "", "", "有限公司");
        check("上海市场研究有限公司", "市场研究", "上海", "", "有限公司");
    }

    #[test]
    fn branches_are_split_off() {
        check(
            "合肥卓众有限责任公司杭州分公司",
            "卓众",
            "合肥",
            "杭州分公司",
            "有限责任公司",
        );
        check(
            "云舟科技有限公司（杭州）分公司",
            "云舟科技",
            "",
            "杭州分公司",
            "有限公司",
        );
        check(
            "云舟科技有限公司-杭州分公司",
            "云舟科技",
            "",
            "杭州分公司",
            "有限公司",
        );
        check(
            "云舟科技有限公司(杭州分公司)",
            "云舟科技",
            "",
            "杭州分公司",
            "有限公司",
        );
        check("云舟科技杭州市办事处", "云舟科技", "", "杭州市办事处", "");
        check("云舟科技(杭州)分公司", "云舟科技", "", "杭州分公司", "");
        check("云舟科技分公司", "云舟科技", "", "分公司", "");
        check(
            "云舟科技有限公司采购部",
            "云舟科技",
            "",
            "采购部",
            "有限公司",
        );
        check("云舟建材经营部", "云舟建材经营部", "", "", "");
    }

    #[test]
    fn other_languages_lose_their_legal_form() {
        for (text, core, form) in [
            ("Acme Ltd", "Acme", "Ltd"),
            ("ACME, INC.", "ACME", "INC."),
            (
                "Shanghai Yunzhou Technology Co., Ltd.",
                "Shanghai Yunzhou Technology",
                "Co., Ltd.",
            ),
            ("Yunzhou Co.,Ltd", "Yunzhou", "Co.,Ltd"),
            ("Tiffany & Co.", "Tiffany", "Co."),
            ("Johnson & Johnson", "Johnson & Johnson", ""),
            ("Dupont S.A.R.L.", "Dupont", "S.A.R.L."),
            ("Dupont S. A.", "Dupont", "S. A."),
            ("Philips B.V.", "Philips", "B.V."),
            ("Kowalski Sp. z o.o.", "Kowalski", "Sp. z o.o."),
            ("Novo Nordisk A/S", "Novo Nordisk", "A/S"),
            ("Cemex S.A.B. de C.V.", "Cemex", "S.A.B. de C.V."),
            ("ООО Ромашка", "Ромашка", "ООО"),
            (
                "PT Astra International Tbk",
                "Astra International Tbk",
                "PT",
            ),
            ("Acme (UK) Limited", "Acme (UK)", "Limited"),
            ("Ltd", "Ltd", ""),
            ("AG", "AG", ""),
        ] {
            check(text, core, "", "", form);
        }
        check("株式会社トヨタ", "トヨタ", "", "", "株式会社");
        check("トヨタ(株)", "トヨタ", "", "", "株");
        check("삼성전자 주식회사", "삼성전자", "", "", "주식회사");
    }

    #[test]
    fn a_core_is_never_empty() {
        for text in [
            "有限公司",
            "上海",
            "上海分公司",
            "(上海)",
            "集团",
            "分公司",
            "Co. Ltd.",
            "公司公司",
        ] {
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
