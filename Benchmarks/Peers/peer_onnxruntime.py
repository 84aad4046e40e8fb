"""ONNX Runtime with bound inputs and outputs: the plain exported graph, and one folded before."""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from exchange import folded

threads = 1


def set_threads(count):
    global threads
    threads = count


def graph(data, blocks):
    """Gemm, or MatMul and BatchNormalization as an export writes them, and Relu."""
    nodes, constants, value = [], [], "x"

    def constant(array, name):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    for index, block in enumerate(blocks):
        weight = constant(block.weight, f"weight{index}")
        if block.scale is None:
            value = node("Gemm", [value, weight, constant(block.bias, f"bias{index}")], f"dense{index}")
        else:
            value = node("MatMul", [value, weight], f"dense{index}")
            names = [
                constant(array, f"{name}{index}")
                for name, array in zip(
                    ("scale", "shift", "mean", "variance"), (block.scale, block.shift, block.mean, block.variance)
                )
            ]
            value = node("BatchNormalization", [value, *names], f"norm{index}", epsilon=1e-5)
        if block is not blocks[-1]:
            value = node("Relu", [value], f"relu{index}")
    if data.outputKind == "probabilities":
        value = node("Softmax", [value], "probabilities", axis=-1)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [data.rows, data.inputs])
    y = helper.make_tensor_value_info(value, TensorProto.FLOAT, [data.rows, data.outputs])
    model = helper.make_model(
        helper.make_graph(nodes, "network", [x], [y], constants),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    return model.SerializeToString(), value


class Inference:
    def __init__(self, data, blocks):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        model, output = graph(data, blocks)
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.x = onnxruntime.OrtValue.ortvalue_from_numpy(data.x)
        self.y = onnxruntime.OrtValue.ortvalue_from_numpy(np.zeros((data.rows, data.outputs), np.float32))
        self.binding = self.session.io_binding()
        self.binding.bind_ortvalue_input("x", self.x)
        self.binding.bind_ortvalue_output(output, self.y)

    def check(self):
        self.session.run_with_iobinding(self.binding)
        return {"outputs": self.y.numpy().tolist()}

    def run(self, count):
        # The bare call: `run_with_iobinding` of the Python class does nothing but make it.
        run, binding = self.session._sess.run_with_iobinding, self.binding._iobinding
        for _ in range(count):
            run(binding, None)


def modes(workload, data):
    return {
        "exported graph": lambda: Inference(data, data.network()),
        "folded graph": lambda: Inference(data, folded(data.network())),
    }
