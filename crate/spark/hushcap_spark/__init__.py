"""Hushcap's analysis as a Spark job over Hive tables.

The features, the model and the verdicts are the crate's own: `core` runs them as a wasm module in the Python workers. This
package joins and groups rows in Spark SQL, hands them to the module and writes what comes back.
"""
