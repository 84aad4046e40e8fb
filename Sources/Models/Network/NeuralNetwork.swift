public import LinearAlgebra

/// A network in single precision, the precision that networks train in by default.
public typealias Network = NeuralNetwork<Float>

/// Layers and their parameters: a value. It computes on standardised inputs and gives raw outputs (logits);
/// ``Model`` adds the data's side.
///
/// All parameters lie in one contiguous 64-byte-aligned block, which gradients and optimizer state mirror.
public struct NeuralNetwork<Scalar: BLASScalar>: Sendable {
    /// What the network is.
    public let architecture: Architecture
    /// Where each tensor lies in ``parameters``.
    public let layout: ParameterLayout
    /// The parameter block.
    public package(set) var parameters: AlignedBuffer<Scalar>
    /// The running statistics of each batch normalisation, first to last.
    public package(set) var statistics: [RunningStatistics]
    package let program: Program

    /// A network with weights drawn from `seed`.
    public init(architecture: Architecture, seed: UInt64 = 0) {
        self.init(zeros: architecture)
        initialize(seed: seed)
    }

    /// A network whose parameters are all zero.
    init(zeros architecture: Architecture) {
        self.architecture = architecture
        layout = ParameterLayout(architecture)
        program = Program(architecture, layout)
        parameters = AlignedBuffer(count: layout.blockCount)
        statistics = []
        let widths = architecture.widths
        for (index, layer) in architecture.layers.enumerated() {
            if case .batchNorm = layer { statistics.append(RunningStatistics(columns: widths[index])) }
        }
    }

    /// A network with `inputs` columns and the given layers, weights drawn from `seed`:
    /// ```swift
    /// Network(inputs: 30, seed: 7) { Dense(64); BatchNorm(); ReLU(); Dense(1) }
    /// ```
    /// - Precondition: the layers make a network; ``Architecture/init(inputs:layers:)`` throws instead.
    public init(inputs: Int, seed: UInt64 = 0, @NetworkBuilder layers: () -> [Layer]) {
        do {
            self.init(architecture: try Architecture(inputs: inputs, layers: layers()), seed: seed)
        } catch {
            preconditionFailure(error.description)
        }
    }

    /// The same network in another precision, rounded to nearest.
    public init<Other>(_ other: NeuralNetwork<Other>) {
        architecture = other.architecture
        layout = other.layout
        program = other.program
        statistics = other.statistics
        parameters = AlignedBuffer(other.parameters.elements.map { Scalar($0) })
    }

    /// Starts the parameters anew: weights by each layer's ``Initialization``, biases and shifts 0, scales 1.
    private mutating func initialize(seed: UInt64) {
        let (tensors, layers) = (layout.tensors, architecture.layers)
        parameters.withUnsafeMutablePointer { base in
            for (stream, tensor) in tensors.enumerated() {
                let view = MutableMatrixView(base + tensor.offset, rows: tensor.rows, columns: tensor.columns)
                switch tensor.role {
                case .weight:
                    guard case .dense(let dense) = layers[tensor.layer] else { continue }
                    var generator = CounterGenerator(seed: seed, epoch: 0, step: 0, stream: UInt64(stream))
                    (dense.initialization ?? .glorot).fill(view, using: &generator)
                case .scale: view.fill(1)
                case .bias, .shift: view.fill(0)
                }
            }
        }
    }

    /// Sets the weights of the given inputs to zero, where the first layer is dense.
    package mutating func clearWeights(ofInputs inputs: [Int]) {
        guard let tensor = layout.tensors.first, tensor.layer == 0, tensor.role == .weight else { return }
        parameters.withUnsafeMutablePointer { base in
            for input in inputs {
                (base + tensor.offset + input * tensor.columns).update(repeating: 0, count: tensor.columns)
            }
        }
    }

    /// The number of parameters.
    public var parameterCount: Int { layout.parameterCount }

    /// How many weights of the dense layers are exactly zero.
    public var exactZeros: Int {
        parameters.withUnsafePointer { base in
            layout.tensors.reduce(0) {
                $0 + ($1.role == .weight ? Scalar.countZeros($1.count, base + $1.offset) : 0)
            }
        }
    }

    /// One parameter tensor as a matrix: weights [inputs × outputs], the others [1 × length].
    public subscript(tensor: ParameterTensor) -> Matrix<Scalar> {
        get {
            parameters.withUnsafePointer { base in
                Matrix(rows: tensor.rows, columns: tensor.columns) { base[tensor.offset + $0 * tensor.columns + $1] }
            }
        }
        set {
            precondition(
                newValue.rows == tensor.rows && newValue.columns == tensor.columns,
                "\(tensor.name) is [\(tensor.rows) × \(tensor.columns)], not \(newValue.shape)")
            parameters.withUnsafeMutablePointer { base in
                newValue.withView { (base + tensor.offset).update(from: $0.base, count: tensor.count) }
            }
        }
    }

    /// Sets subnormal parameters to zero, so that prediction never meets them.
    package mutating func flushSubnormals() {
        let count = layout.blockCount
        parameters.withUnsafeMutablePointer { _ = Scalar.flushSubnormals(count, $0) }
    }
}
