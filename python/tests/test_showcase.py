import pytest

from snakepit_bridge._worker import Worker
from snakepit_bridge.adapters import showcase
from snakepit_bridge.adapters.showcase.showcase_adapter import ShowcaseAdapter

SHOWCASE = """ping echo add error_demo adapter_info telemetry_demo serialization_demo process_text
get_stats call_elixir_demo init_session cleanup set_counter get_counter increment_counter
get_worker_info create_tensor create_embedding benchmark_encoding stream_data stream_progress
stream_fibonacci generate_dataset infinite_stream cpu_bound_task sleep_task lightweight_task
get_pool_stats load_sample_data preprocess_data train_model evaluate_model get_model_info
predict_single predict_batch predict_batch_with_embeddings"""
THREADED = """ping compute_intensive matrix_multiply batch_process get_adapter_stats stress_test
clear_caches get_history"""
ADAPTERS = "snakepit_bridge.adapters."


def open_worker(target):
    return Worker(ADAPTERS + target, False, "pool", 0)


@pytest.mark.parametrize(
    ("target", "tools"),
    [
        ("showcase.showcase_adapter:ShowcaseAdapter", SHOWCASE),
        ("threaded_showcase:ThreadedShowcaseAdapter", THREADED),
        ("template:TemplateAdapter", "example"),
    ],
)
def test_the_tools_there_are(target, tools):
    worker = open_worker(target)
    assert sorted(d["name"] for d in worker.describe()) == sorted(tools.split())
    worker.close()


def test_both_paths_lead_to_it():
    assert showcase.ShowcaseAdapter is ShowcaseAdapter


@pytest.fixture
def call(go):
    go.current, go.calls[1] = 1, (1, "s", {}, None)
    worker = open_worker("showcase.showcase_adapter:ShowcaseAdapter")
    yield lambda name, **arguments: worker.tool(name)(**arguments)
    worker.close()


def test_the_flow(call):
    with pytest.raises(RuntimeError, match="call load_sample_data first"):
        call("preprocess_data")
    assert call("load_sample_data", rows=90)["rows"] == 90
    for step in ("preprocess_data", "train_model"):
        call(step)
    assert call("evaluate_model") > 0.9
    assert call("predict_batch", batch=[[0.0, 0.0], [10.0, -10.0]]) == [0, 2]
    assert call("predict_batch_with_embeddings", batch=[[5.0, -5.0]])[0]["class"] == 1


def test_counters(call):
    assert call("init_session")["state"] == {"counter": 0}
    assert call("increment_counter", amount=3) == 3 and call("get_counter") == 3
    assert call("cleanup")["forgotten"] == 1 and call("get_counter") == 0


def test_errors(call):
    with pytest.raises(KeyError):
        call("error_demo", error_type="key")
    assert call("error_demo", error_type="none") == {"error": None}


def test_the_threaded_one():
    worker = open_worker("threaded_showcase:ThreadedShowcaseAdapter")
    assert worker.tool("matrix_multiply")(a=[[1.0, 2.0]], b=[[3.0], [4.0]]) == [[11.0]]
    with pytest.raises(ValueError, match="the rows of a must have 2 numbers"):
        worker.tool("matrix_multiply")(a=[[1.0]], b=[[3.0], [4.0]])
    assert not worker.tool("compute_intensive")(n=10)["cached"]
    assert worker.tool("compute_intensive")(n=10)["cached"]
    assert worker.tool("clear_caches")() == 1
    assert [h["tool"] for h in worker.tool("get_history")(limit=2)] == ["compute_intensive"] * 2
    assert worker.tool("get_adapter_stats")()["total_requests"] >= 4
    worker.close()
