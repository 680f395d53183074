//! Surnames of more than one character.

use super::script::is_hangul;

/// The compound surname that `name` begins with, and the rest.
pub(super) fn split_compound(name: &str) -> Option<(&str, &str)> {
    let (end, _) = name.char_indices().nth(2).unwrap_or((name.len(), ' '));
    let (surname, rest) = name.split_at_checked(end)?;
    is_compound(surname).then_some((surname, rest))
}

/// Whether `name` is a surname and nothing more: one character, or a compound surname.
pub(super) fn is_bare(name: &str) -> bool {
    name.chars().count() == 1 || is_compound(name)
}

fn is_compound(name: &str) -> bool {
    let list = if name.contains(is_hangul) { KOREAN } else { CHINESE };
    name.chars().count() == 2 && list.split(' ').any(|surname| surname == name)
}

/// The compound surnames of the 百家姓 (Song dynasty), and those outside it that are alive or well
/// known: 第五, 独孤, 端木, 纳兰, 拓跋, 鲜于, 耶律, 完颜 and others. Simplified, then traditional where
/// it differs.
const CHINESE: &str = "万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟 公羊 澹台 公冶 宗政 濮阳 淳于 单于 \
    太叔 申屠 公孙 仲孙 轩辕 令狐 钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 司空 亓官 司寇 子车 颛孙 端木 巫马 公西 漆雕 \
    乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 百里 东郭 南门 呼延 羊舌 微生 梁丘 左丘 东门 西门 南宫 第五 独孤 纳兰 \
    耶律 完颜 那拉 叶赫 达奚 哥舒 侯莫 贺兰 屈突 斛律 \
    司馬 歐陽 諸葛 聞人 東方 赫連 尉遲 澹臺 濮陽 單于 公孫 仲孫 軒轅 鍾離 長孫 鮮于 閭丘 子車 顓孫 巫馬 樂正 壤駟 \
    夾谷 穀梁 段幹 東郭 南門 東門 西門 南宮 獨孤 納蘭 完顏 葉赫 達奚 賀蘭";

/// The compound surnames of Korea.
const KOREAN: &str = "남궁 황보 제갈 사공 선우 서문 독고 동방";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compound_surnames_are_told_from_single_ones() {
        assert_eq!(split_compound("欧阳娜娜"), Some(("欧阳", "娜娜")));
        assert_eq!(split_compound("歐陽"), Some(("歐陽", "")));
        assert_eq!(split_compound("남궁민"), Some(("남궁", "민")));
        assert_eq!(split_compound("欧文"), None);
        assert_eq!(split_compound("欧"), None);
        assert_eq!(split_compound(""), None);
        assert!(is_bare("张") && is_bare("司徒") && !is_bare("张伟") && !is_bare(""));
    }

    #[test]
    fn the_lists_hold_pairs() {
        for surname in CHINESE.split_whitespace().chain(KOREAN.split(' ')) {
            assert_eq!(surname.chars().count(), 2, "{surname}");
        }
    }
}
