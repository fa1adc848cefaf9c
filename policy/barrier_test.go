package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/policy"
)

func barrier(t *testing.T, p policy.Policy) *policy.Barrier {
	t.Helper()
	p, err := p.Check(4)
	require.NoError(t, err)
	return policy.NewBarrier(&p)
}

func TestTaint(t *testing.T) {
	b := barrier(t, policy.Policy{Taint: policy.Taint{Rest: time.Hour, Crashes: 2, Within: time.Minute}})
	now := time.Now()
	crash := func(worker int, after time.Duration, devices ...string) time.Duration {
		return b.Crashed(policy.Crash{At: now.Add(after), Worker: worker, Devices: devices})
	}
	require.Zero(t, crash(0, 0))
	require.Zero(t, crash(1, time.Second), "another worker's crash is not this one's")
	require.Zero(t, crash(0, time.Minute), "the first is a minute ago")
	require.Equal(t, time.Hour, crash(0, time.Minute+time.Second, "cuda:1"))

	var s policy.Stats
	b.Count(&s, now.Add(time.Hour))
	require.Equal(t, policy.Stats{Crashes: 4, Taints: 1, Devices: []string{"cuda:1"}}, s)
	b.Count(&s, now.Add(2*time.Hour))
	require.Empty(t, s.Devices, "devices rest as long as the worker")
}

func TestTooManyCrashes(t *testing.T) {
	b := barrier(t, policy.Policy{Health: policy.Health{Crashes: 2, Within: time.Minute}})
	now := time.Now()
	n, tooMany, last := b.Recent(now)
	require.Zero(t, n)
	require.False(t, tooMany)
	require.Nil(t, last)
	require.Zero(t, b.Crashed(policy.Crash{At: now, Worker: 1}), "nothing rests without Taint")
	b.Crashed(policy.Crash{At: now.Add(time.Second), Worker: 2, How: "exit status 3"})
	n, tooMany, last = b.Recent(now.Add(2 * time.Second))
	require.Equal(t, 2, n)
	require.True(t, tooMany)
	require.Equal(t, "exit status 3", last.How)
	_, tooMany, last = b.Recent(now.Add(time.Minute))
	require.False(t, tooMany)
	require.NotNil(t, last, "the last one is kept")
}

func TestDevicesIn(t *testing.T) {
	require.Equal(t, []string{"cuda:1", "mps", "xpu:0"}, policy.DevicesIn("on cuda:1, mps and xpu:0, cuda:1 again; barracuda:1, mps2"))
	require.Empty(t, policy.DevicesIn("exit status 3"))
}
