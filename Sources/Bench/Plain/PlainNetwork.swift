internal import LariatModels
internal import LinearAlgebra

/// A Dense-BatchNorm-ReLU network with its training step as one writes it down: a forward pass, softmax cross-entropy,
/// a backward pass, momentum; products by loops or by BLAS.
final class PlainNetwork<Scalar: BLASScalar> {
    private struct Hidden {
        let weight, scale, shift: Parameter
        let norm: PlainBatchNorm<Scalar>
        /// x·w, the layer's output, and the gradient of either.
        let product, output, productGradient, outputGradient: UnsafeMutablePointer<Scalar>
    }

    /// A tensor with its gradient and velocity.
    struct Parameter {
        let rows, columns: Int
        let value, gradient, velocity: UnsafeMutablePointer<Scalar>
        var count: Int { rows * columns }
    }

    /// In the order of the library's layout.
    private(set) var parameters: [Parameter] = []
    private let operands = Operands<Scalar>()
    private let products: PlainProducts<Scalar>
    private let batch, classes: Int
    private let step: OptimizerStep<Scalar>
    private var hidden: [Hidden] = []
    private let logits, probabilities, ones, scratch: UnsafeMutablePointer<Scalar>

    /// A network with the parameters of `network`, for batches of one size.
    init(_ form: Form, _ network: NeuralNetwork<Scalar>, batch: Int, step: OptimizerStep<Scalar>) {
        let operands = operands
        products = PlainProducts(form: form)
        (self.batch, classes, self.step) = (batch, network.architecture.outputs, step)
        logits = operands.zeros(batch * classes)
        probabilities = operands.zeros(batch * classes)
        ones = operands.zeros(max(batch, classes))
        ones.update(repeating: 1, count: max(batch, classes))
        let tensors = network.layout.tensors
        scratch = operands.zeros(tensors.reduce(0) { max($0, $1.count) })
        for tensor in tensors {
            let (value, count) = (operands.zeros(tensor.count), tensor.count)
            network[tensor].withView { value.update(from: $0.base, count: count) }
            parameters.append(
                Parameter(
                    rows: tensor.rows, columns: tensor.columns, value: value, gradient: operands.zeros(count),
                    velocity: operands.zeros(count)))
        }
        // Each hidden layer has a weight, a scale and a shift; the last layer a weight and a bias.
        for start in stride(from: 0, to: parameters.count - 2, by: 3) {
            let count = batch * parameters[start].columns
            hidden.append(
                Hidden(
                    weight: parameters[start], scale: parameters[start + 1], shift: parameters[start + 2],
                    norm: PlainBatchNorm(form, rows: batch, columns: parameters[start].columns, operands),
                    product: operands.zeros(count), output: operands.zeros(count),
                    productGradient: operands.zeros(count), outputGradient: operands.zeros(count)))
        }
    }

    /// One step; the mean loss before it.
    func callAsFunction(_ x: UnsafeMutablePointer<Scalar>, labels: [Int]) -> Double {
        forward(x)
        let loss = lossGradient(labels)
        backward(x)
        for parameter in parameters { update(parameter) }
        return loss
    }

    private func forward(_ x: UnsafeMutablePointer<Scalar>) {
        var input = x
        for layer in hidden {
            let weight = layer.weight
            products.multiply(
                input, weight.value, into: layer.product, m: batch, n: weight.columns, k: weight.rows)
            layer.norm.forward(layer.product, scale: layer.scale.value, shift: layer.shift.value, into: layer.output)
            input = layer.output
        }
        let (weight, bias) = (parameters[parameters.count - 2], parameters[parameters.count - 1])
        products.multiply(input, weight.value, into: logits, m: batch, n: classes, k: weight.rows)
        plainAddBias(logits, bias: bias.value, rows: batch, columns: classes)
    }

    /// −mean log p of the labels, and (p − [label])/batch in place of p.
    private func lossGradient(_ labels: [Int]) -> Double {
        plainSoftmax(
            logits, into: probabilities, ones: ones, rows: batch, columns: classes, usesBLAS: products.form == .blas)
        let share = 1 / Scalar(batch)
        var loss = 0.0
        for (row, label) in labels.enumerated() {
            let p = probabilities + row * classes
            loss -= naturalLogarithm(p[label])
            p[label] -= 1
            for column in 0..<classes { p[column] *= share }
        }
        return loss / Double(batch)
    }

    private func backward(_ x: UnsafeMutablePointer<Scalar>) {
        let (weight, bias) = (parameters[parameters.count - 2], parameters[parameters.count - 1])
        products.columnSums(probabilities, rows: batch, columns: classes, ones: ones, into: bias.gradient)
        denseGradients(weight, input: hidden.last?.output ?? x, probabilities, into: hidden.last?.outputGradient)
        for (index, layer) in hidden.enumerated().reversed() {
            layer.norm.backward(
                layer.outputGradient, input: layer.product, output: layer.output, scale: layer.scale.value,
                into: layer.productGradient, scaleGradient: layer.scale.gradient, shiftGradient: layer.shift.gradient)
            let before = index > 0 ? hidden[index - 1] : nil
            denseGradients(
                layer.weight, input: before?.output ?? x, layer.productGradient, into: before?.outputGradient)
        }
    }

    /// The gradient of a weight and, but for the first layer, of its input.
    private func denseGradients(
        _ weight: Parameter, input: UnsafeMutablePointer<Scalar>, _ dz: UnsafeMutablePointer<Scalar>,
        into dx: UnsafeMutablePointer<Scalar>?
    ) {
        products.multiplyTransposed(input, dz, into: weight.gradient, m: batch, n: weight.columns, k: weight.rows)
        if let dx {
            products.multiplyByTransposed(dz, weight.value, into: dx, m: batch, n: weight.columns, k: weight.rows)
        }
    }

    private func update(_ parameter: Parameter) {
        let (w, g, u, count) = (parameter.value, parameter.gradient, parameter.velocity, parameter.count)
        if products.form == .naive {
            plainMomentum(step, weights: w, gradients: g, velocity: u, count: count)
        } else {
            blasMomentum(step, weights: w, gradients: g, velocity: u, scratch: scratch, count: count)
        }
    }
}
