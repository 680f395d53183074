//! Honorifics, titles and generational suffixes around a person's name.

use super::clean::key;
use super::surname;

/// Splits the titles off the end of a Chinese name: `王总经理` gives (`王`, `总经理`).
///
/// Short forms such as `工` and `姐` follow a bare surname only, since a given name may end with them.
pub(super) fn split_han(name: &str) -> (&str, &str) {
    let mut rest = name;
    loop {
        let titled = rest.len() < name.len();
        let long = HAN
            .split_whitespace()
            .chain(HAN_DEPARTMENTS.split(' ').filter(|_| titled))
            .find_map(|title| rest.strip_suffix(title).filter(|rest| !rest.is_empty()));
        let short =
            || HAN_SHORT.split(' ').find_map(|title| rest.strip_suffix(title).filter(|rest| surname::is_bare(rest)));
        match long.or_else(short) {
            Some(shorter) => rest = shorter,
            None => return name.split_at_checked(rest.len()).unwrap_or((name, "")),
        }
    }
}

/// Whether a word is a title of either kind, wherever it stands.
pub(super) fn is_title(word: &str) -> bool {
    is_prefix(word) || is_suffix(word)
}

/// Whether a word before a name is a title: `Mr.`, `Dr`, `Frau`.
pub(super) fn is_prefix(word: &str) -> bool {
    let word = key(word);
    PREFIXES.split_whitespace().any(|title| title == word)
}

/// Whether a word behind a name is a title or tells generations apart: `Jr.`, `III`, `PhD`.
pub(super) fn is_suffix(word: &str) -> bool {
    let word = key(word);
    SUFFIXES.split_whitespace().any(|title| title == word)
}

/// Chinese titles and forms of address, simplified, then traditional where it differs. Longer before
/// shorter where one ends with the other.
const HAN: &str = "先生 女士 小姐 太太 夫人 同志 同学 老师 师傅 教授 博士 医生 大夫 律师 法官 会计师 会计 工程师 设计师 \
    副总经理 总经理 副总裁 总裁 副总监 总监 副经理 经理 经纪人 副董事长 董事长 董事 老总 副总 老板娘 老板 厂长 店长 \
    站长 船长 队长 班长 组长 行长 会长 社长 院长 校长 园长 所长 馆长 局长 处长 科长 部长 厅长 省长 市长 区长 县长 \
    镇长 乡长 村长 书记 主席 主任 主管 主编 秘书 助理 专员 顾问 代表 阿姨 叔叔 \
    老師 師傅 醫生 律師 會計師 會計 工程師 設計師 副總經理 總經理 副總裁 總裁 副總監 總監 副經理 經理 \
    董事長 老總 副總 老闆 廠長 店長 院長 校長 局長 處長 科長 部長 主編 秘書 顧問 总 總";

/// What may stand between a surname and a title: 王销售经理.
const HAN_DEPARTMENTS: &str =
    "销售 采购 财务 市场 技术 人事 行政 项目 产品 客户 运营 大区 区域 銷售 採購 財務 市場 技術 項目 產品 客戶";

/// Only behind a bare surname.
const HAN_SHORT: &str = "董 工 局 处 處 科 队 院 校 导 師 师 医 姐 哥 叔 嫂 姨";

/// English, German, French, Spanish and Italian; not those that are given names too, such as Don.
const PREFIXES: &str = "mr mrs ms miss mx dr prof professor doctor sir dame rev reverend capt captain \
    herr frau fraulein mme mlle monsieur madame mademoiselle sr sra srta senor senora senorita \
    sig signor signora dott";

/// Not those that are family names too, such as Ma.
const SUFFIXES: &str = "jr sr ii iii iv phd md mba msc llm jd esq cpa cfa dds";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_titles_need_a_name_before_them() {
        for (name, expected) in [
            ("张总", ("张", "总")),
            ("欧阳总", ("欧阳", "总")),
            ("王女士", ("王", "女士")),
            ("李经理", ("李", "经理")),
            ("王副总经理", ("王", "副总经理")),
            ("王销售经理", ("王", "销售经理")),
            ("陈工", ("陈", "工")),
            ("王小明先生", ("王小明", "先生")),
            ("王小明总", ("王小明", "总")),
            ("王小工", ("王小工", "")),
            ("王采购", ("王采购", "")),
            ("经理", ("经理", "")),
            ("", ("", "")),
        ] {
            assert_eq!(split_han(name), expected, "{name}");
        }
    }

    #[test]
    fn western_titles_ignore_case_and_dots() {
        assert!(is_prefix("Mr.") && is_prefix("DR") && is_prefix("Señora"));
        assert!(is_suffix("Jr.") && is_suffix("Ph.D.") && is_suffix("III"));
        assert!(!is_prefix("Drew") && !is_suffix("Ivy"));
    }
}
