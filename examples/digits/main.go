// Command digits is Snakepit's main job on real input: it has Python train a
// classifier on scikit-learn's handwritten digits, and predicts every image of the
// other half with one call each, from one goroutine and then from GOMAXPROCS.
package main

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/auto"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/threadprofile"
)

//go:embed digits.py
var adapter []byte

// halves is what the adapter's tool second_half returns.
type halves struct {
	Images [][]float64
	Labels []int
}

// about is what the adapter's tool about returns.
type about struct {
	Sklearn      string
	Numpy        string
	TrainSeconds float64
}

const accuracyBar = 0.93

func main() {
	log.SetFlags(0)
	name := flag.String("profile", "thread", "how Python runs: thread (in process), process (in child processes) or auto")
	flag.Parse()
	if err := run(context.Background(), *name); err != nil {
		log.Fatalf("digits: %v", err)
	}
}

func run(ctx context.Context, name string) error {
	dir, err := os.MkdirTemp("", "digits-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "digits.py"), adapter, 0o600); err != nil {
		return err
	}
	python, err := choose(name, dir)
	if err != nil {
		return err
	}
	fmt.Println("opening Python and training one classifier per worker …")
	rt, err := snakepit.Open(ctx, snakepit.Config{Pools: []snakepit.PoolConfig{{Profile: python}}})
	if err != nil {
		return err
	}
	defer rt.Close()
	return demonstrate(ctx, rt)
}

// choose is the profile of that name, with the classifier as its adapter.
func choose(name, dir string) (profile.Profile, error) {
	const classifier = "digits:Classifier"
	path := []string{dir}
	switch name {
	case "thread":
		return threadprofile.New(threadprofile.Config{Adapter: classifier, Path: path}), nil
	case "process":
		return processprofile.New(processprofile.Config{Adapter: classifier, Path: path}), nil
	case "auto":
		return auto.New(auto.Config{Adapter: classifier, Path: path, Libraries: []string{"numpy", "sklearn"}}), nil
	}
	return nil, fmt.Errorf("there is no profile %q: take thread, process or auto", name)
}

func demonstrate(ctx context.Context, rt *snakepit.Runtime) error {
	if err := printVersions(ctx, rt); err != nil {
		return err
	}
	load, err := snakepit.Bind[struct{}, halves](rt, "second_half")
	if err != nil {
		return err
	}
	test, err := load(ctx, struct{}{})
	if err != nil {
		return err
	}
	predict, err := snakepit.Bind[[]float64, int](rt, "predict")
	if err != nil {
		return err
	}
	fmt.Printf("%d images to predict, one call each\n\n", len(test.Images))
	for _, goroutines := range []int{1, runtime.GOMAXPROCS(0)} {
		r, err := measure(ctx, predict, test, goroutines)
		if err != nil {
			return err
		}
		fmt.Println(r)
		if r.accuracy < accuracyBar {
			return fmt.Errorf("accuracy %.3f is below %.2f", r.accuracy, accuracyBar)
		}
	}
	fmt.Printf("\nGIL on at the end: %v\n", rt.Stats().Pools[snakepit.DefaultPool].Python.GIL)
	return nil
}

func printVersions(ctx context.Context, rt *snakepit.Runtime) error {
	ask, err := snakepit.Bind[struct{}, about](rt, "about")
	if err != nil {
		return err
	}
	a, err := ask(ctx, struct{}{})
	if err != nil {
		return err
	}
	py := rt.Stats().Pools[snakepit.DefaultPool].Python
	fmt.Printf("%s profile: %s, Python %s (free-threaded %v, GIL %v), numpy %s, scikit-learn %s\n",
		py.Profile, runtime.Version(), py.Python, py.FreeThreaded, py.GIL, a.Numpy, a.Sklearn)
	fmt.Printf("trained in %.0f ms\n", a.TrainSeconds*1000)
	return nil
}
