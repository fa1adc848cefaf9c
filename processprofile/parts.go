package processprofile

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// cut passes a message in parts of at most size bytes each.
func cut(m proto.Message, size int, send func(*snakepitv1.Part) error) error {
	data, err := proto.Marshal(m)
	if err != nil {
		return err
	}
	for len(data) > size {
		if err := send(&snakepitv1.Part{Data: data[:size]}); err != nil {
			return err
		}
		data = data[size:]
	}
	return send(&snakepitv1.Part{Data: data, Last: true})
}

// parts puts a message together.
type parts struct {
	max  int64
	data []byte
}

// add reports whether p was the last part; m is the message then.
func (all *parts) add(p *snakepitv1.Part, m proto.Message) (bool, error) {
	if int64(len(all.data))+int64(len(p.GetData())) > all.max {
		return false, fmt.Errorf("snakepit: a worker sent a message of more than %d bytes; raise processprofile.Config.MaxMessage, or pass tensors", all.max)
	}
	all.data = append(all.data, p.GetData()...)
	if !p.GetLast() {
		return false, nil
	}
	data := all.data
	all.data = nil
	return true, proto.Unmarshal(data, m)
}
