//! What the tests that cross stages share: where the reference data is, how its tables are read, how results print.

pub mod agree;
pub mod binary;
pub mod compare;
pub mod folder;
pub mod forms;
pub mod logs;
pub mod lookups;
pub mod opening;
pub mod openssl;
pub mod random;
pub mod report;
pub mod shared;
pub mod suite;
pub mod table;
pub mod traffic;
pub mod tsv;
