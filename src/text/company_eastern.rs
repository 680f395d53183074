//! Company names written with Chinese, Japanese or Korean characters.

use super::company::{Parts, says};
use super::legal_form;
use super::region;
use super::script::is_east_asian;

/// Takes apart a name that contains East Asian characters.
pub(super) fn split(name: &str) -> Parts {
    let name = close_gaps(name);
    let (name, branch) = split_branch(&name);
    let mut parts = Parts { branch, ..Parts::default() };
    let (name, [mut forms, forms_behind]) = take_brackets(name, &mut parts);

    let mut core = trim(&name);
    if let Some((form, rest)) = legal_form::strip_han_prefix(core).filter(|(_, rest)| says(rest)) {
        core = trim(rest);
        forms.push(form);
    }
    let mut suffixes = Vec::new();
    while let Some((rest, form)) = legal_form::strip_han_suffix(core).filter(|(rest, _)| says(rest)) {
        core = trim(rest);
        suffixes.push(form);
    }
    forms.extend(suffixes.into_iter().rev());
    forms.extend(forms_behind);
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
    let found = behind_company(name).or_else(|| behind_region(name)).or_else(|| bare_branch(name));
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
    ["分公司", "办事处", "辦事處"].into_iter().find_map(|marker| {
        let company = name.strip_suffix(marker)?;
        says(company).then_some((company, "", marker))
    })
}

/// Takes the brackets that hold a region, a legal form or a branch out of the name. The legal forms
/// come in two lists: those inside the name, and those behind it.
fn take_brackets<'a>(name: &'a str, parts: &mut Parts) -> (String, [Vec<&'a str>; 2]) {
    let mut out = String::with_capacity(name.len());
    let [mut inner, mut behind] = [Vec::new(), Vec::new()];
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
            let forms = if after.is_empty() { &mut behind } else { &mut inner };
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
    let out = if says(&out) { out } else { name.to_owned() };
    (out, [inner, behind])
}

/// Whether a name without its region still names a company: `云舟` does, the `银行` of `上海银行` not.
fn stands_alone(rest: &str) -> bool {
    let mut left = rest;
    while let Some(after) = GENERIC.split(' ').find_map(|word| left.strip_prefix(word)) {
        left = after;
    }
    says(left) && rest.chars().filter(|c| c.is_alphanumeric()).nth(1).is_some()
}

/// Drops punctuation around a part, but not its brackets.
fn trim(part: &str) -> &str {
    part.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')'))
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
    use super::super::CompanyName;

    /// Each row: name, core, region, branch, legal form; `-` for none, `_` for a space.
    #[track_caller]
    fn check(rows: &str) {
        for row in rows.lines().filter(|row| !row.trim().is_empty()) {
            let cells: Vec<&str> = row.split_whitespace().collect();
            let name = CompanyName::parse(&cells[0].replace('_', " ")).unwrap();
            let read = [Some(name.core()), name.region(), name.branch(), name.legal_form()];
            assert_eq!(read.map(|part| part.unwrap_or("-")), cells[1..], "{row}");
        }
    }

    #[test]
    fn chinese_names_come_apart() {
        check(
            "
            上海云舟科技有限公司 云舟科技 上海 - 有限公司
            上海市云舟科技有限责任公司 云舟科技 上海 - 有限责任公司
            云舟科技（上海）股份有限公司 云舟科技 上海 - 股份有限公司
            云舟（上海市）科技有限公司 云舟科技 上海 - 有限公司
            广东省深圳市云舟科技集团有限公司 云舟科技 深圳 - 集团有限公司
            云舟科技(集团)股份有限公司 云舟科技 - - 集团股份有限公司
            杭州云舟投资合伙企业（有限合伙） 云舟投资 杭州 - 合伙企业有限合伙
            云舟_科技_有限公司。 云舟科技 - - 有限公司
            阿里巴巴（中国）有限公司 阿里巴巴 中国 - 有限公司
            云舟(北方)科技有限公司 云舟(北方)科技 - - 有限公司
            香港雲舟有限公司 雲舟 香港 - 有限公司",
        );
    }

    #[test]
    fn a_region_that_carries_the_name_stays() {
        check(
            "
            上海银行股份有限公司 上海银行 - - 股份有限公司
            北京大学 北京大学 - - -
            金华科技有限公司 金华科技 - - 有限公司
            上海市场研究有限公司 市场研究 上海 - 有限公司",
        );
    }

    #[test]
    fn branches_are_split_off() {
        check(
            "
            合肥卓众有限责任公司杭州分公司 卓众 合肥 杭州分公司 有限责任公司
            云舟科技有限公司（杭州）分公司 云舟科技 - 杭州分公司 有限公司
            云舟科技有限公司-杭州分公司 云舟科技 - 杭州分公司 有限公司
            云舟科技有限公司(杭州分公司) 云舟科技 - 杭州分公司 有限公司
            云舟科技杭州市办事处 云舟科技 - 杭州市办事处 -
            云舟科技(杭州)分公司 云舟科技 - 杭州分公司 -
            云舟科技分公司 云舟科技 - 分公司 -
            云舟科技有限公司采购部 云舟科技 - 采购部 有限公司
            云舟建材经营部 云舟建材经营部 - - -",
        );
    }

    #[test]
    fn japanese_and_korean_forms_stand_on_either_side() {
        check(
            "
            株式会社トヨタ トヨタ - - 株式会社
            トヨタ(株) トヨタ - - 株
            삼성전자_주식회사 삼성전자 - - 주식회사",
        );
    }
}
