"""Airflow: each day is judged when its logs are loaded; `airflow dags backfill` judges days of the past, each alone."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

with DAG(
    dag_id="hushcap",
    schedule="30 2 * * *",
    start_date=datetime(2024, 1, 1),
    catchup=True,
    # A day is replaced in one step, but two runs of one day would race for it.
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=20)},
) as dag:
    load = SparkSubmitOperator(
        task_id="load",
        application="/opt/hushcap/submit.py",
        application_args=["load", "--day", "{{ ds }}", "/nsm/zeek/logs/{{ ds }}"],
    )
    run = SparkSubmitOperator(
        task_id="run",
        application="/opt/hushcap/submit.py",
        application_args=["run", "--day", "{{ ds }}"],
    )
    load >> run
