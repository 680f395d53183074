//! Values, money, ids and times, and the byte encoding whose order is the value's order.
