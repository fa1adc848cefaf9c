package value

// Parts of patterns. Shapes are tuples, lists, torch.Size of these, or 2x3.
const (
	tuple = `\([\d, ]*(?:newaxis[\d, a-z]*)?\)`
	brack = `(?:torch\.Size\()?\[[\d, *-]*\]\)?`
)

// shapeRules know messages of numpy (1.13 to 2.4), torch (1.0 to 2.9), jax, scikit-learn
// and pandas.
var shapeRules = rules{all: []rule{
	// numpy: elementwise
	{`operands could not be broadcast together with (?:remapped )?shapes (?:\[original->remapped\]: )?(?P<gots>(?:` + tuple + `(?:->` + tuple + `)? ?)+)(?: ?and requested shape (?P<want>` + tuple + `))?`, "broadcast"},
	{`non-broadcastable output operand with shape (?P<got>` + tuple + `) doesn't match the broadcast shape (?P<want>` + tuple + `)`, "broadcast"},
	{`objects cannot be broadcast to a single shape(?:\. +Mismatch is between arg \d+ with shape (?P<got>` + tuple + `) and arg \d+ with shape (?P<got2>` + tuple + `))?`, "broadcast"},
	{`could not broadcast input array from shape (?P<got>` + tuple + `) into shape (?P<want>` + tuple + `)`, "assign"},
	{`value array of shape (?P<got>` + tuple + `) ?could not be broadcast to indexing result of shape (?P<want>` + tuple + `)`, "assign"},
	{`indexing (?:arrays|tensors) could not be broadcast together with shapes (?P<gots>[\d,()\[\] ]+)`, "index"},
	{`boolean index did not match indexed array along (?:axis|dimension) (?P<dim>\d+); (?:size of axis|dimension) is (?P<size>\d+) but (?:size of )?corresponding boolean (?:axis|dimension) is (?P<gotsize>\d+)`, "index"},
	{`too many indices for array: array is (?P<gotrank>\d+)-dimensional, but (?P<rank>\d+) were indexed`, "index"},
	{`axis (?P<dim>\d+) is out of bounds for array of dimension (?P<gotrank>\d+)`, ""},
	{`axis -\d+ is out of bounds for array of dimension (?P<gotrank>\d+)`, ""},

	// numpy: linear algebra
	{`(?P<op>\w+): Input operand \d+ has a mismatch in its core dimension (?P<dim>\d+), with gufunc signature .* \(size (?P<gotsize>\d+) is different from (?P<size>\d+)\)`, ""},
	{`(?P<op>\w+): Input operand \d+ does not have enough dimensions \(has (?P<gotrank>\d+), gufunc core with signature .* requires (?P<rank>\d+)\)`, ""},
	{`shapes (?P<got>` + tuple + `) and (?P<got2>` + tuple + `) not aligned: (?P<size>\d+) \(dim \d+\) != (?P<gotsize>\d+) \(dim (?P<dim>\d+)\)`, "dot"},
	{`(?P<gotrank>\d+)-dimensional array given\. Array must be`, ""},
	{`Last 2 dimensions of the array must be square`, ""},
	{`shape-mismatch for sum`, "tensordot"},
	{`incompatible dimensions for cross product`, "cross"},

	// numpy: making arrays of others
	{`cannot reshape array of size (?P<gotsize>\d+) into shape (?P<want>` + tuple + `)`, "reshape"},
	{`all the input array dimensions .*must match exactly, but along dimension (?P<dim>\d+), the array at index \d+ has size (?P<size>\d+) and the array at index \d+ has size (?P<gotsize>\d+)`, "concatenate"},
	{`all the input array dimensions .*must match exactly`, "concatenate"},
	{`all the input arrays must have same number of dimensions(?:, but the array at index \d+ has (?P<rank>\d+) dimension\(s\) and the array at index \d+ has (?P<gotrank>\d+) dimension\(s\))?`, "concatenate"},
	{`all input arrays must have the same shape`, "stack"},
	{`The requested array has an inhomogeneous shape after \d+ dimensions\. The detected shape was (?P<got>` + tuple + `)`, "array"},
	{`array split does not result in an equal division`, "split"},
	{`axes don't match array`, "transpose"},
	{`cannot select an axis to squeeze out which has size not equal to one`, "squeeze"},
	{`all keys need to be the same shape`, "lexsort"},

	// torch: matrices
	{`shapes cannot be multiplied \((?P<got>\d+x\d+) and (?P<got2>\d+x\d+)\)`, multiply},
	{`size mismatch, m1: \[(?P<got>\d+ x \d+)\], m2: \[(?P<got2>\d+ x \d+)\]`, multiply},
	{`must have same reduction dim, but got (?P<got>` + brack + `) X (?P<got2>` + brack + `)`, multiply},
	{`Expected size for first two dimensions of batch2 tensor to be: (?P<want>` + brack + `) but got: (?P<got>` + brack + `)`, "bmm"},
	{`inconsistent tensor size, expected tensor (?P<want>` + brack + `) and src (?P<got>` + brack + `) to have the same number of elements, but got (?P<size>\d+) and (?P<gotsize>\d+) elements`, "dot"},

	// torch: elementwise, and making tensors of others
	{`The size of tensor a \((?P<size>\d+)\) must match the size of tensor b \((?P<gotsize>\d+)\) at non-singleton dimension (?P<dim>\d+)`, "broadcast"},
	{`The expanded size of the tensor \((?P<size>\d+)\) must match the existing size \((?P<gotsize>\d+)\) at non-singleton dimension (?P<dim>\d+)(?:\.? +Target sizes: (?P<want>` + brack + `)\. +Tensor sizes: (?P<got>` + brack + `))?`, "expand"},
	{`Sizes of tensors must match except in dimension \d+\. Expected size (?P<size>\d+) but got size (?P<gotsize>\d+) for tensor number \d+`, "cat"},
	{`Sizes of tensors must match except in dimension \d+\. Got (?P<size>\d+) and (?P<gotsize>\d+) in dimension (?P<dim>\d+)`, "cat"},
	{`Tensors must have same number of dimensions: got (?P<rank>\d+) and (?P<gotrank>\d+)`, "cat"},
	{`stack expects each tensor to be equal size, but got (?P<want>` + brack + `) at entry 0 and (?P<got>` + brack + `) at entry \d+`, "stack"},
	{`shape '(?P<want>` + brack + `)' is invalid for input of size (?P<gotsize>\d+)`, "reshape"},
	{`The shape of the mask (?P<got>` + brack + `) at index (?P<dim>\d+) does not match the shape of the indexed tensor (?P<want>` + brack + `)`, "index"},
	{`Dimension out of range \(expected to be in range of \[-(?P<gotrank>\d+), \d+\], but got (?P<dim>\d+)\)`, ""},

	// torch: layers and losses
	{`Given groups=\d+, weight of size (?P<got2>` + brack + `|[\d ]+), expected input(?P<got>` + brack + `) to have (?P<size>\d+) channels, but got (?P<gotsize>\d+) channels instead`, "convolution"},
	{`Given normalized_shape=` + brack + `, expected input with shape (?P<want>` + brack + `), but got input of size ?(?P<got>` + brack + `)`, "layer_norm"},
	{`copying a param with shape (?P<got>` + brack + `) from checkpoint,\s+the shape in current model is (?P<want>` + brack + `)`, "load_state_dict"},
	{`[Tt]arget size \((?P<got>` + brack + `)\) (?:must be the same as|that is different to the) input size \((?P<want>` + brack + `)\)`, "loss"},
	{`Expected input batch_size \((?P<gotsize>\d+)\) to match target batch_size \((?P<size>\d+)\)`, "loss"},

	// jax
	{`(?:(?P<op>\w+) got incompatible shapes for broadcasting: |[Ii]ncompatible shapes for broadcasting: (?:shapes=\[)?)(?P<gots>[\d,() ]+)`, "broadcast"},
	{`dot_general requires contracting dimensions to have the same shape, got \((?P<size>\d+),\) and \((?P<gotsize>\d+),\)`, "dot_general"},
	{`cannot reshape array of shape (?P<got>` + tuple + `) \(size (?P<gotsize>\d+)\) into shape (?P<want>` + tuple + `) \(size (?P<size>\d+)\)`, "reshape"},

	// scikit-learn, pandas
	{`X has (?P<gotsize>\d+) features, but (?P<op>\w+) is expecting (?P<size>\d+) features as input`, ""},
	{`inconsistent numbers of samples: \[(?P<size>\d+), (?P<gotsize>\d+)`, ""},
	{`Expected (?P<rank>\d)D array, got (?P<gotrank>\d)D array instead`, ""},
	{`Length of values \((?P<gotsize>\d+)\) does not match length of index \((?P<size>\d+)\)`, "assign"},
	{`Shape of passed values is (?P<got>` + tuple + `), indices imply (?P<want>` + tuple + `)`, ""},
	{`Length mismatch: Expected axis has (?P<size>\d+) elements, new values have (?P<gotsize>\d+) elements`, "assign"},
	{`All arrays must be of the same length`, ""},
}}
