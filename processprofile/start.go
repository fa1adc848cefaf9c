package processprofile

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/gosnakepit/snakepit/processprofile/internal/child"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// version is that of the protocol, and oldest the oldest that is understood.
const version, oldest = 1, 1

// start starts a child and returns it when its adapter is loaded.
func (in *instance) start(ctx context.Context, number int, generation uint64) (*worker, error) {
	select {
	case in.starts <- struct{}{}:
		defer func() { <-in.starts }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeoutCause(ctx, in.config.StartTimeout, fmt.Errorf("it took longer than StartTimeout, %v", in.config.StartTimeout))
	defer cancel()
	w := &worker{
		config: in.config, spec: in.spec, number: number, generation: generation,
		born: time.Now(), idle: make(chan struct{}, 1), stuck: &in.stuck,
	}
	w.lose = func() { in.keepers[number].lose(w) }
	if err := w.launch(ctx, in); err != nil {
		return nil, fmt.Errorf("snakepit: worker %d of pool %q did not start: %w", number, in.spec.Pool, err)
	}
	return w, nil
}

// launch starts the process and agrees with it on everything. On an error all is undone.
func (w *worker) launch(ctx context.Context, in *instance) (err error) {
	if w.loans, err = newLoans(in, w); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.abandon()
		}
	}()
	if w.process, err = child.Start(ctx, in.child(w)); err != nil {
		return err
	}
	if err := w.connect(); err != nil {
		return err
	}
	if err := w.openLink(ctx); err != nil { // first: the adapter may ask for Go tools when it is loaded
		return err
	}
	if err := w.greet(ctx); err != nil {
		return err
	}
	return w.openLanes()
}

// connect makes the connection, which is not used before the first call.
func (w *worker) connect() (err error) {
	w.conn, err = grpc.NewClient("unix:"+w.process.Socket(),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithPerRPCCredentials(bearer(w.process.Token())),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(int(w.config.MaxMessage)), grpc.WaitForReady(true)),
		grpc.WithStaticStreamWindowSize(window), grpc.WithStaticConnWindowSize(4*window),
		grpc.WithDisableServiceConfig(), grpc.WithNoProxy(),
	)
	w.rpc = snakepitv1.NewWorkerClient(w.conn)
	return err
}

// window is how many bytes may be on their way from the child on one stream.
const window = 1 << 20

// bearer is the token that a child wants to see with each call.
type bearer string

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials: nobody else can open
// the socket.
func (b bearer) RequireTransportSecurity() bool { return false }

// greet says hello. The child loads its adapter before it answers.
func (w *worker) greet(ctx context.Context) (err error) {
	alive, cancel := w.whileAlive(ctx)
	defer cancel()
	w.hello, err = w.rpc.Hello(alive, &snakepitv1.HelloRequest{
		Version: version, Oldest: oldest,
		Adapter: w.config.Adapter, Pool: w.spec.Pool, Slot: uint32(w.number), Path: w.config.Path, Threads: uint32(w.config.Threads),
		InlineMax: uint64(w.config.InlineMax), Chunk: uint64(w.config.ChunkSize),
		Telemetry: &snakepitv1.TelemetryControl{Enabled: w.spec.Logger.Enabled(ctx, slog.LevelDebug), Sampling: 1},
	})
	if err != nil {
		return w.failed(ctx, err, false)
	}
	if err := failure(w.hello.GetFailed()); err != nil {
		return fmt.Errorf("adapter %s: %w", w.config.Adapter, err)
	}
	return nil
}

// whileAlive is a context that ends with the process, too.
func (w *worker) whileAlive(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-w.process.Exited():
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// openLanes opens the lanes, which last as long as the process.
func (w *worker) openLanes() error {
	for range w.config.Threads {
		l, err := w.openLane(context.Background())
		if err != nil {
			return err
		}
		w.lanes = append(w.lanes, l)
	}
	return nil
}

// abandon ends what there is of a worker.
func (w *worker) abandon() {
	if w.process != nil {
		w.process.Kill("it did not start")
		<-w.process.Exited()
	}
	w.close()
}

// close gives back what the host keeps for a process that has ended.
func (w *worker) close() {
	if w.conn != nil {
		_ = w.conn.Close()
	}
	w.loans.close()
}
