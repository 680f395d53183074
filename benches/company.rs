//! The company that is measured: the standard definition, some sales people, and contacts that differ from each other.

use std::ops::ControlFlow;

use guanxi::crm::import::{ImportDef, ImportEvent, ImportOptions, ImportReport, Row};
use guanxi::model::{Contact, Lead, User};
use guanxi::record::Fields;
use guanxi::value::{Id, Name, Value};
use guanxi::{Command, Context, Crm, Definition, MemoryStore};

/// A compiled standard definition over a memory store.
pub struct Company {
    /// What decides.
    pub crm: Crm,
    /// Where it is kept.
    pub store: MemoryStore,
    /// The context of the next command.
    pub ctx: Context,
}

impl Company {
    /// Returns a company with twenty sales people and no customers.
    pub fn new() -> Self {
        Self::with(guanxi::standard())
    }

    /// Returns the same with a definition of its own.
    pub fn with(definition: Definition) -> Self {
        let crm = definition.compile().expect("the definition compiles");
        let now = "2026-03-02T09:00:00+08:00".parse().expect("an instant");
        let ctx = Context::system("acme".parse().expect("a tenant"), "import", now, 7).expect("a name");
        let mut company = Self { crm, store: MemoryStore::new(), ctx };
        for number in 0..20 {
            let user = User::new(&format!("u{number}")).role("sales").region("east").industry("software");
            company.run(&Command::create(user));
        }
        company
    }

    /// Runs a command that must not be refused.
    pub fn run(&mut self, command: &Command) -> Id {
        self.ctx = self.ctx.next();
        self.crm.run(&mut self.store, &self.ctx, command).expect("the command is right").id().clone()
    }

    /// Imports contacts, each of which is created.
    pub fn import(&mut self, rows: impl Iterator<Item = Row>) -> ImportReport {
        let import = self.crm.import(&contacts_import()).expect("the import fits the definition");
        let columns = import.columns(&COLUMNS).expect("the header is known");
        let watch = |event: ImportEvent<'_>| match event {
            ImportEvent::Refused(row) => panic!("{row}"),
            _ => ControlFlow::Continue(()),
        };
        let options = ImportOptions::new();
        let report = self.crm.import_rows(&mut self.store, &self.ctx, &columns, rows.map(Ok), &options, watch);
        report.expect("memory does not fail")
    }
}

impl Default for Company {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the creation of a contact with twelve fields, different for every number.
pub fn contact(number: u64) -> Command {
    let family = ["王", "李", "张", "刘", "陈"][(number % 5) as usize];
    let given = ["伟", "芳", "娜", "敏", "静", "磊", "洋"][(number % 7) as usize];
    Command::create(
        Contact::new(&format!("{family}{given}"))
            .email(&format!("contact{number}@example.com"))
            .phone(&format!("138{:08}", number % 100_000_000))
            .wechat(&format!("wx{number}"))
            .position("采购经理")
            .language("zh")
            .address(&format!("上海市浦东新区世纪大道 {} 号", number % 3_000))
            .lead_source("web_form")
            .buying_role("influencer")
            .preference("邮件")
            .service_note("VIP")
            .owner(&format!("u{}", number % 20)),
    )
}

/// Returns the creation of a lead that the rules route to somebody.
pub fn lead(number: u64) -> Command {
    Command::create(
        Lead::new(&format!("上海云舟{number}科技有限公司"))
            .contact_name("王敏")
            .phone(&format!("139{:08}", number % 100_000_000))
            .email(&format!("lead{number}@example.com"))
            .lead_source("web_form")
            .region("east")
            .industry("software"),
    )
}

/// Returns the standard definition, in which no two contacts have the same e-mail address and telephone number.
pub fn strict() -> Definition {
    guanxi::standard().change_object("contact", |contact| contact.unique(&[name("email"), name("phone")]))
}

/// The header of a file of contacts.
const COLUMNS: [&str; 10] =
    ["No", "Name", "Mobile", "Mail", "WeChat", "Position", "Address", "Source", "Role", "Owner"];

fn contacts_import() -> ImportDef {
    let json = r#"{
        "key": "old-contacts", "object": "contact", "external": {"system": "old", "column": "No"},
        "fields": [
            {"field": "name", "column": "Name"}, {"field": "phone", "column": "Mobile"},
            {"field": "email", "column": "Mail"}, {"field": "wechat", "column": "WeChat"},
            {"field": "position", "column": "Position"}, {"field": "address", "column": "Address"},
            {"field": "lead_source", "column": "Source"}, {"field": "buying_role", "column": "Role"},
            {"field": "owner", "column": "Owner"}
        ]
    }"#;
    serde_json::from_str(json).expect("an import")
}

/// Returns a row of a file of contacts, different for every number.
pub fn row(number: u64) -> Row {
    let family = ["王", "李", "张", "刘", "陈"][(number % 5) as usize];
    let given = ["伟", "芳", "娜", "敏", "静", "磊", "洋"][(number % 7) as usize];
    let cells = [
        format!("K-{number:07}"),
        format!("{family}{given}"),
        format!("138{:08}", number % 100_000_000),
        format!("contact{number}@example.com"),
        format!("wx{number}"),
        "采购经理".into(),
        format!("上海市浦东新区世纪大道 {} 号", number % 3_000),
        "web_form".into(),
        "influencer".into(),
        format!("u{}", number % 20),
    ];
    Row::new(number + 2, cells)
}

/// Returns a change of one field, different from the change before.
pub fn promotion(contact: &Id, round: u64) -> Command {
    let mut fields = Fields::new();
    fields.set(name("position"), Some(Value::text(["总监", "主管", "采购经理"][(round % 3) as usize])));
    Command::update(name("contact"), contact.clone(), fields)
}

/// Returns a name that is known to be one.
pub fn name(text: &str) -> Name {
    text.parse().expect("a name")
}
