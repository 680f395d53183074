//! Queries as data, and their answers.

use guanxi::access::View;
use guanxi::crm::{BoardColumn, Customer360View, Page, RunError, TimelineItem};
use guanxi::store::Store;
use guanxi::value::{Id, Name};
use guanxi::{Context, Crm, Query};
use serde::{Deserialize, Serialize};

/// A query in JSON: `{"list":{"object":"lead"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// The records of an object by stage.
    Board(Cards),
    /// A record with everything related to it.
    #[serde(rename = "customer_360")]
    Customer360(One),
    /// One record.
    Get(One),
    /// The records of an object.
    List(Many),
    /// What happened with a record.
    Timeline(One),
}

/// Which board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cards {
    /// The object.
    pub object: Name,
    /// How many records a stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cards: Option<u32>,
}

/// Which record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct One {
    /// The object.
    pub object: Name,
    /// The record.
    pub id: Id,
    /// How much of what is around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Which records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Many {
    /// The object.
    pub object: Name,
    /// A condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The field to order by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Name>,
    /// The largest first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// What a query found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The columns of a board.
    Board(Vec<BoardColumn>),
    /// A customer.
    #[serde(rename = "customer_360")]
    Customer360(Box<Customer360View>),
    /// A record.
    Get(View),
    /// A page of records.
    List(Page),
    /// What happened.
    Timeline(Vec<TimelineItem>),
}

impl Ask {
    /// Asks.
    pub fn answer<S: Store>(&self, crm: &Crm, store: &mut S, ctx: &Context) -> Result<Answer, RunError<S::Error>> {
        Ok(match self {
            Self::Board(Cards { object, cards }) => {
                let board = Query::board(object.clone());
                Answer::Board(crm.ask(store, ctx, &cards.map_or(board.clone(), |cards| board.cards(cards)))?)
            }
            Self::Customer360(One { object, id, limit }) => {
                let query = Query::customer_360(object.clone(), id.clone()).limit(limit.unwrap_or(20));
                Answer::Customer360(Box::new(crm.ask(store, ctx, &query)?))
            }
            Self::Get(One { object, id, .. }) => {
                Answer::Get(crm.ask(store, ctx, &Query::get(object.clone(), id.clone()))?)
            }
            Self::List(many) => {
                let mut list = Query::list(many.object.clone()).page_size(many.limit.unwrap_or(50));
                if let Some(filter) = &many.filter {
                    list = list.filter(filter);
                }
                if let Some(sort) = &many.sort {
                    list = list.sort(sort.clone());
                }
                if many.descending {
                    list = list.descending();
                }
                Answer::List(crm.ask(store, ctx, &list)?)
            }
            Self::Timeline(One { object, id, limit }) => {
                let query = Query::timeline(object.clone(), id.clone()).limit(limit.unwrap_or(50));
                Answer::Timeline(crm.ask(store, ctx, &query)?)
            }
        })
    }
}

impl Ask {
    /// Returns the object that it is about.
    pub fn object(&self) -> &Name {
        match self {
            Self::Board(Cards { object, .. }) => object,
            Self::Customer360(One { object, .. })
            | Self::Get(One { object, .. })
            | Self::Timeline(One { object, .. }) => object,
            Self::List(Many { object, .. }) => object,
        }
    }
}
