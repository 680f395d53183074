//! A small company on the standard definition, on which commands and queries are tried.

use std::cell::RefCell;
use std::sync::OnceLock;

use guanxi::model::{Account, Contact, Deal, Lead, User};
use guanxi::{Command, Context, Crm, MemoryStore};

/// A store that holds the company, and the next context to act in.
pub(crate) struct Company {
    pub(crate) store: MemoryStore,
    pub(crate) ctx: Context,
}

thread_local! {
    static COMPANY: RefCell<Company> = RefCell::new(Company::new());
}

/// Returns the standard definition, compiled.
pub(crate) fn crm() -> &'static Crm {
    static CRM: OnceLock<Crm> = OnceLock::new();
    CRM.get_or_init(|| guanxi::standard().compile().expect("the standard definition compiles"))
}

/// Lends the company of this thread.
pub(crate) fn with<T>(act: impl FnOnce(&mut Company) -> T) -> T {
    COMPANY.with_borrow_mut(act)
}

impl Company {
    fn new() -> Self {
        let now = "2026-03-02T09:00:00+08:00".parse().expect("a moment");
        let ctx = Context::system("acme".parse().expect("a tenant"), "web-form", now, 7).expect("a context");
        let mut company = Self { store: MemoryStore::new(), ctx };
        let account = Account::new("上海云舟科技有限公司").phone("021-6235 1234").owner("li.na");
        for command in [
            Command::create(User::new("li.na").name("李娜").role("sales").region("east").industry("software")),
            Command::create(account),
            Command::create(Contact::new("王伟").phone("139 1234 5678")),
            Command::create(Deal::new("云舟 2026").owner("li.na")),
            Command::create(Lead::new("云舟科技（上海）").region("east").industry("software")),
            Command::create(Lead::new("Acme Ltd.").region("east")),
        ] {
            crm().run(&mut company.store, &company.ctx, &command).expect("a valid command");
            company.ctx = company.ctx.next();
        }
        company
    }
}
