package main

import "strings"

// modules are those of CPython that make sense in an embedded interpreter, without
// "test." in front. Packages stand here by their modules where one of them may end
// the process.
var modules = strings.Fields(`
	test_context test_thread test_threading_local test_threading test_queue
	test_exceptions test_traceback test_warnings test_call test_descr test_generators test_coroutines test_asyncgen
	test_contextlib test_contextlib_async
	test_functools test_types test_typing test_enum test_inspect test_compile test_builtin
	test_str test_bytes test_re test_struct test_json test_pickle
	test_datetime test_decimal test_uuid
	test_dict test_list test_set test_gc test_weakref
	test_memoryview test_buffer test_ctypes test_capi
	test_import test_importlib test_atexit test_logging test_io test_selectors
	test_sys_settrace test_sys_setprofile test_monitoring test_tracemalloc test_faulthandler
	test_subprocess
	test_free_threading
	test_concurrent_futures.test_as_completed test_concurrent_futures.test_future
	test_concurrent_futures.test_init test_concurrent_futures.test_process_pool
	test_concurrent_futures.test_shutdown test_concurrent_futures.test_thread_pool
	test_concurrent_futures.test_wait
	test_asyncio.test_base_events test_asyncio.test_buffered_proto
	test_asyncio.test_context test_asyncio.test_eager_task_factory
	test_asyncio.test_events test_asyncio.test_futures test_asyncio.test_futures2
	test_asyncio.test_locks test_asyncio.test_pep492 test_asyncio.test_protocols
	test_asyncio.test_queues test_asyncio.test_runners
	test_asyncio.test_selector_events test_asyncio.test_sendfile
	test_asyncio.test_server test_asyncio.test_sock_lowlevel test_asyncio.test_ssl
	test_asyncio.test_sslproto test_asyncio.test_staggered test_asyncio.test_streams
	test_asyncio.test_subprocess test_asyncio.test_taskgroups test_asyncio.test_tasks
	test_asyncio.test_threads test_asyncio.test_timeouts test_asyncio.test_transports
	test_asyncio.test_unix_events test_asyncio.test_waitfor
`)
