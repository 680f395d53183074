//! A company and those who turn to it, made from a seed.

use guanxi::value::Money;

use super::split_mix::SplitMix;

/// A company for a week.
#[derive(Debug, Clone)]
pub struct Company {
    /// What it is called.
    pub name: String,
    /// The two products that it makes: the key and what people call it.
    pub products: [(&'static str, &'static str); 2],
    /// Its people.
    pub staff: Staff,
    /// The regions: two in China with somebody in sales, and one without.
    pub regions: [Region; 3],
    /// The industries that sales know: two at home, one abroad.
    pub industries: [Industry; 3],
    /// Two customers that the ERP knows.
    pub customers: [Interest; 2],
    /// Those who fill in the form: Chinese and foreign in turn.
    pub leads: [Interest; 8],
    /// What the first lead buys for, and the foreign one nearly.
    pub amounts: [Money; 3],
    /// How satisfied the customer of each ticket is, 1 to 5.
    pub satisfaction: [u64; 2],
}

/// Who works there.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Head of sales.
    pub manager: Person,
    /// Two people for the first region.
    pub first: [Person; 2],
    /// One for the second.
    pub second: Person,
    /// One for customers abroad.
    pub abroad: Person,
    /// Marketing.
    pub marketing: Person,
    /// Service.
    pub service: [Person; 2],
    /// Finance.
    pub finance: Person,
}

/// Somebody.
#[derive(Debug, Clone)]
pub struct Person {
    /// The login, or the first part of the e-mail address.
    pub id: String,
    /// The name.
    pub name: String,
}

/// A region.
#[derive(Debug, Clone, Copy)]
pub struct Region {
    /// The key.
    pub key: &'static str,
    /// In Chinese.
    pub chinese: &'static str,
    cities: &'static [(&'static str, &'static str)],
}

/// An industry.
#[derive(Debug, Clone, Copy)]
pub struct Industry {
    /// The key.
    pub key: &'static str,
    chinese: &'static str,
    english: &'static str,
}

/// A company that is interested, and who speaks for it.
#[derive(Debug, Clone)]
pub struct Interest {
    /// The company.
    pub company: String,
    /// What people call it.
    pub short: &'static str,
    /// The person.
    pub person: Person,
    /// What the person does there.
    pub position: &'static str,
    /// The phone number.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
    /// The region.
    pub region: &'static str,
    /// The industry.
    pub industry: &'static str,
    /// What is wanted.
    pub need: &'static str,
}

const HOMES: [&str; 8] = ["拓达", "弘毅", "联创", "中颐", "博睿", "天驰", "瑞安", "汇川源"];
const PRODUCTS: [(&str, &str); 6] = [
    ("gateway", "智能网关 gateway"),
    ("sensor", "传感器 sensor kit"),
    ("label-printer", "标签机 label printer"),
    ("packing-line", "包装线 packing line"),
    ("scanner", "扫码枪 scanner"),
    ("cold-box", "冷藏箱 cold box"),
];
const REGIONS: [Region; 4] = [
    Region { key: "east", chinese: "华东", cities: &[("上海", "021"), ("杭州", "0571"), ("苏州", "0512")] },
    Region { key: "south", chinese: "华南", cities: &[("深圳", "0755"), ("广州", "020"), ("东莞", "0769")] },
    Region { key: "north", chinese: "华北", cities: &[("北京", "010"), ("天津", "022"), ("青岛", "0532")] },
    Region { key: "west", chinese: "西部", cities: &[("成都", "028"), ("西安", "029"), ("重庆", "023")] },
];
const INDUSTRIES: [Industry; 5] = [
    Industry { key: "software", chinese: "科技", english: "Software" },
    Industry { key: "manufacturing", chinese: "精密制造", english: "Robotics" },
    Industry { key: "retail", chinese: "商贸", english: "Retail" },
    Industry { key: "logistics", chinese: "物流", english: "Freight" },
    Industry { key: "medical", chinese: "医疗器械", english: "Medical" },
];
const CHINESE: [&str; 16] = [
    "云舟", "启明", "远航", "恒泰", "晨光", "蓝鲸", "鼎新", "青禾", "星河", "万象", "德盛", "凌云", "金石", "百川",
    "锦程", "华耀",
];
const FOREIGN: [&str; 12] = [
    "Northwind",
    "Alder",
    "Kestrel",
    "Lumen",
    "Harbour",
    "Juniper",
    "Sterling",
    "Polaris",
    "Marlow",
    "Tidewater",
    "Oakfield",
    "Vega",
];
const FORMS: [(&str, &str); 5] =
    [("GmbH", "+49 30"), ("Ltd", "+44 20"), ("Inc.", "+1 212"), ("B.V.", "+31 20"), ("S.A.", "+33 1")];
const SURNAMES: [(&str, &str); 16] = [
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("赵", "zhao"),
    ("黄", "huang"),
    ("周", "zhou"),
    ("吴", "wu"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("马", "ma"),
    ("朱", "zhu"),
    ("林", "lin"),
    ("欧阳", "ouyang"),
];
const GIVEN: [(&str, &str); 18] = [
    ("伟", "wei"),
    ("芳", "fang"),
    ("娜", "na"),
    ("敏", "min"),
    ("静", "jing"),
    ("磊", "lei"),
    ("洋", "yang"),
    ("勇", "yong"),
    ("杰", "jie"),
    ("娟", "juan"),
    ("涛", "tao"),
    ("明", "ming"),
    ("超", "chao"),
    ("秀英", "xiuying"),
    ("建国", "jianguo"),
    ("雨桐", "yutong"),
    ("子轩", "zixuan"),
    ("海燕", "haiyan"),
];
const FIRST_NAMES: [&str; 12] =
    ["Anna", "James", "Maria", "Tom", "Elise", "Oliver", "Nadia", "Felix", "Ruth", "Henry", "Clara", "Viktor"];
const LAST_NAMES: [&str; 12] = [
    "Keller",
    "Carter",
    "Rossi",
    "Novak",
    "Dubois",
    "Okafor",
    "Lindqvist",
    "Brandt",
    "Mensah",
    "Walsh",
    "Vermeer",
    "Costa",
];
const POSITIONS: [(&str, &str); 5] = [
    ("采购经理", "Head of purchasing"),
    ("生产总监", "Plant manager"),
    ("IT 主管", "IT lead"),
    ("总经理", "Managing director"),
    ("运营经理", "Operations manager"),
];
const NEEDS: [(&str, &str); 6] = [
    ("三个月内上线 200 台", "200 units within the quarter"),
    ("替换现有供应商", "Replace the current supplier"),
    ("希望上门演示", "Would like a demonstration on site"),
    ("新工厂,需整体方案", "A new plant, needs the whole solution"),
    ("要报价和交期", "Asks for a quote and delivery times"),
    ("先试用一个点", "A trial at one site first"),
];

/// What is drawn without putting it back.
struct Pool {
    dice: SplitMix,
    chinese: Vec<&'static str>,
    foreign: Vec<&'static str>,
    surnames: Vec<(&'static str, &'static str)>,
    first_names: Vec<&'static str>,
    last_names: Vec<&'static str>,
}

impl Company {
    /// Returns the company of a seed.
    pub fn new(seed: u64) -> Self {
        let mut pool = Pool {
            dice: SplitMix::new(seed),
            chinese: CHINESE.to_vec(),
            foreign: FOREIGN.to_vec(),
            surnames: SURNAMES.to_vec(),
            first_names: FIRST_NAMES.to_vec(),
            last_names: LAST_NAMES.to_vec(),
        };
        let name = pool.dice.pick(&HOMES).to_string() + "智能设备";
        let (mut regions, mut industries, mut products) = (REGIONS.to_vec(), INDUSTRIES.to_vec(), PRODUCTS.to_vec());
        let regions = [(); 3].map(|()| pool.dice.take(&mut regions));
        let industries = [(); 3].map(|()| pool.dice.take(&mut industries));
        let products = [(); 2].map(|()| pool.dice.take(&mut products));
        let staff = Staff {
            manager: pool.chinese_person(),
            first: [(); 2].map(|()| pool.chinese_person()),
            second: pool.chinese_person(),
            abroad: pool.foreign_person(),
            marketing: pool.chinese_person(),
            service: [(); 2].map(|()| pool.chinese_person()),
            finance: pool.chinese_person(),
        };
        let [first, second, third] = regions;
        let [at_home, also_at_home, overseas] = industries;
        let customers = [pool.chinese(first, also_at_home), pool.foreign(overseas)];
        let leads = [
            pool.chinese(first, at_home),
            pool.foreign(overseas),
            pool.chinese(first, at_home),
            pool.chinese(third, also_at_home),
            pool.foreign(overseas),
            pool.chinese(second, also_at_home),
            pool.chinese(first, at_home),
            pool.foreign(overseas),
        ];
        let mut amount = |currency: &str| {
            let thousands = pool.dice.between(16, 80) * 5;
            format!("{currency} {thousands}000.00").parse().unwrap_or_else(|_| unreachable!("an amount of money"))
        };
        let amounts = [amount("CNY"), amount(["EUR", "USD"][(seed % 2) as usize]), amount("CNY")];
        let satisfaction = [pool.dice.between(4, 5), pool.dice.between(1, 2)];
        Self { name, products, staff, regions, industries, customers, leads, amounts, satisfaction }
    }
}

impl Pool {
    fn chinese_person(&mut self) -> Person {
        let (surname, latin) = self.dice.take(&mut self.surnames);
        let (given, given_latin) = *self.dice.pick(&GIVEN);
        Person { id: format!("{latin}.{given_latin}"), name: format!("{surname}{given}") }
    }

    fn foreign_person(&mut self) -> Person {
        let (first, last) = (self.dice.take(&mut self.first_names), self.dice.take(&mut self.last_names));
        Person { id: format!("{first}.{last}").to_lowercase(), name: format!("{first} {last}") }
    }

    fn chinese(&mut self, region: Region, industry: Industry) -> Interest {
        let (city, area) = *self.dice.pick(region.cities);
        let word = self.dice.take(&mut self.chinese);
        let (surname, latin) = *self.dice.pick(&SURNAMES);
        let (given, given_latin) = *self.dice.pick(&GIVEN);
        let digits = if area.len() == 3 {
            self.dice.between(62_000_000, 68_999_999)
        } else {
            self.dice.between(82_000_000, 88_999_999)
        };
        Interest {
            company: format!("{city}{word}{}有限公司", industry.chinese),
            short: word,
            person: Person { id: format!("{latin}.{given_latin}"), name: format!("{surname}{given}") },
            position: self.dice.pick(&POSITIONS).0,
            phone: format!("{area}-{digits}"),
            email: format!("{given_latin}.{latin}@{}.example", self.dice.between(100, 999)),
            region: region.key,
            industry: industry.key,
            need: self.dice.pick(&NEEDS).0,
        }
    }

    fn foreign(&mut self, industry: Industry) -> Interest {
        let word = self.dice.take(&mut self.foreign);
        let (form, prefix) = *self.dice.pick(&FORMS);
        let person = self.foreign_person();
        let digits = if form == "S.A." { 8 } else { 7 } + u32::from(form == "Ltd");
        let number = self.dice.between(5 * 10_u64.pow(digits - 1), 6 * 10_u64.pow(digits - 1) - 1);
        Interest {
            company: format!("{word} {} {form}", industry.english),
            email: format!("{}@{}.example", person.id, word.to_lowercase()),
            short: word,
            person,
            position: self.dice.pick(&POSITIONS).1,
            phone: format!("{prefix} {number}"),
            region: "overseas",
            industry: industry.key,
            need: self.dice.pick(&NEEDS).1,
        }
    }
}
