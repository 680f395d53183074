//! The provinces and prefecture-level cities of China, as they stand in company names.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::script::is_han;

/// The region that `text` begins with, in its short form, and what follows it.
///
/// `上海市云舟` and `上海云舟` both give (`上海`, `云舟`). A name that is also a common word counts only
/// with its rank: 阿里地区 is a place, 阿里巴巴 a company.
pub(super) fn strip_prefix(text: &str) -> Option<(&'static str, &str)> {
    leading(text).filter(|(name, rest)| {
        let ranked = name.len() + rest.len() < text.len();
        ranked || !COMMON_WORDS.contains(name)
    })
}

/// The region that `text` consists of, in its short form: `广东省` gives `广东`.
pub(super) fn whole(text: &str) -> Option<&'static str> {
    leading(text).and_then(|(name, rest)| rest.is_empty().then_some(name))
}

/// The region that `text` ends with, as written, and what stands before it.
pub(super) fn strip_suffix(text: &str) -> Option<(&str, &str)> {
    // The longest way to write a region, `克孜勒苏柯尔克孜自治州`, has eleven characters.
    let starts = text.char_indices().rev().map(|(i, _)| i).take(11);
    let (head, place) =
        starts.filter_map(|start| text.split_at_checked(start)).filter(|(_, place)| whole(place).is_some()).last()?;
    Some((head, place))
}

fn leading(text: &str) -> Option<(&'static str, &str)> {
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let found = ends.take(LONGEST).filter_map(|end| {
        let (name, rest) = text.split_at_checked(end)?;
        Some((*names().get(name)?, rest))
    });
    let (name, rest) = found.last()?;
    Some((name, strip_rank(name, rest)))
}

/// Drops the rank that may follow the short name: 市, 省, 地区, 盟, 自治区, 自治州, 特别行政区.
fn strip_rank<'a>(name: &str, rest: &'a str) -> &'a str {
    for rank in ["特别行政区", "自治区", "自治州", "地区"] {
        if let Some((people, after)) = rest.split_once(rank) {
            let named = people.chars().count() <= 8 && people.chars().all(is_han);
            if people.is_empty() || (named && PEOPLES.iter().any(|p| people.ends_with(p))) {
                return after;
            }
        }
    }
    // 上海市场研究 is about the market, 上海省心 about peace of mind.
    if let Some(after) = rest.strip_prefix('市') {
        return if after.starts_with(['场', '場', '政', '民', '值', '集']) { rest } else { after };
    }
    if let Some(after) = rest.strip_prefix('省') {
        return if after.starts_with(['心', '时', '時', '钱', '錢', '力']) { rest } else { after };
    }
    if matches!(name, "兴安" | "锡林郭勒" | "阿拉善") {
        return rest.strip_prefix('盟').unwrap_or(rest);
    }
    rest
}

/// How the people's name ends that may stand between a short name and 自治区 or 自治州.
const PEOPLES: [&str; 5] = ["族", "哈萨克", "柯尔克孜", "蒙古", "维吾尔"];

/// Short names that begin trade names too: sunrise, silver, great unity, good health and so on.
const COMMON_WORDS: [&str; 10] = ["阿里", "安康", "白银", "朝阳", "大同", "和田", "红河", "黄山", "日照", "长治"];

/// The most characters that a short name has.
const LONGEST: usize = 4;

fn names() -> &'static BTreeSet<&'static str> {
    static NAMES: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| REGIONS.iter().flat_map(|line| line.split(' ')).collect())
}

/// Each province-level region with the prefecture-level regions in it, ranks left out.
///
/// Source: GB/T 2260 as kept by the Ministry of Civil Affairs (行政区划代码), state of 2021: 34
/// province-level and 333 prefecture-level regions.
const REGIONS: [&str; 34] = [
    "北京",
    "天津",
    "河北 石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水",
    "山西 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁",
    "内蒙古 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安 锡林郭勒 阿拉善",
    "辽宁 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛",
    "吉林 长春 吉林 四平 辽源 通化 白山 松原 白城 延边",
    "黑龙江 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭",
    "上海",
    "江苏 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁",
    "浙江 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水",
    "安徽 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城",
    "福建 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德",
    "江西 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶",
    "山东 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽",
    "河南 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店",
    "湖北 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施",
    "湖南 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西",
    "广东 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮",
    "广西 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左",
    "海南 海口 三亚 三沙 儋州",
    "重庆",
    "四川 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山",
    "贵州 贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南",
    "云南 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆",
    "西藏 拉萨 日喀则 昌都 林芝 山南 那曲 阿里",
    "陕西 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛",
    "甘肃 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南",
    "青海 西宁 海东 海北 黄南 海南 果洛 玉树 海西",
    "宁夏 银川 石嘴山 吴忠 固原 中卫",
    "新疆 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰",
    "台湾",
    "香港",
    "澳门",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_complete_and_fits_the_lookup() {
        let listed: Vec<&str> = REGIONS.iter().flat_map(|line| line.split(' ')).collect();
        assert_eq!(listed.len(), 34 + 333);
        assert!(listed.iter().all(|name| (2..=LONGEST).contains(&name.chars().count())));
    }

    #[test]
    fn ranks_go_with_the_name() {
        for (text, expected) in [
            ("上海云舟", ("上海", "云舟")),
            ("上海市云舟", ("上海", "云舟")),
            ("广东省深圳市云舟", ("广东", "深圳市云舟")),
            ("内蒙古自治区云舟", ("内蒙古", "云舟")),
            ("广西壮族自治区云舟", ("广西", "云舟")),
            ("新疆维吾尔自治区云舟", ("新疆", "云舟")),
            ("恩施土家族苗族自治州云舟", ("恩施", "云舟")),
            ("克孜勒苏柯尔克孜自治州", ("克孜勒苏", "")),
            ("香港特别行政区", ("香港", "")),
            ("锡林郭勒盟云舟", ("锡林郭勒", "云舟")),
            ("大兴安岭地区云舟", ("大兴安岭", "云舟")),
            ("上海市场研究", ("上海", "市场研究")),
            ("北京市政工程", ("北京", "市政工程")),
        ] {
            assert_eq!(strip_prefix(text), Some(expected), "{text}");
        }
        assert_eq!(strip_prefix("阿里地区云舟"), Some(("阿里", "云舟")));
        assert_eq!(strip_prefix("阿里巴巴"), None);
        assert_eq!(strip_prefix("云舟上海"), None);
        assert_eq!(strip_prefix(""), None);
    }

    #[test]
    fn a_region_at_the_end_is_taken_whole() {
        assert_eq!(strip_suffix("云舟科技上海市"), Some(("云舟科技", "上海市")));
        assert_eq!(strip_suffix("云舟科技恩施"), Some(("云舟科技", "恩施")));
        assert_eq!(strip_suffix("云舟科技"), None);
        assert_eq!(whole("上海"), Some("上海"));
        assert_eq!(whole("大同"), Some("大同"));
        assert_eq!(whole("上海云舟"), None);
    }
}
