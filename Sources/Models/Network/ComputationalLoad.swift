/// What one row costs a network: floating-point operations and bytes, layer by layer.
///
/// Dense: 2·in·out forward and 4·in·out backward (2·in·out in the first layer, which passes no gradient on);
/// batch normalisation: about 8 and 11 an element in training; an activation: 1 and 1 an element.
public struct ComputationalLoad: Sendable, Hashable, Codable {
    /// One layer.
    public struct Layer: Sendable, Hashable, Codable {
        /// "layers.0 (dense)"
        public let name: String
        /// "64 → 32"
        public let shape: String
        /// Its parameters.
        public let parameters: Int
        /// Operations a row, forward.
        public let forwardFlops: Int
        /// Operations a row, backward.
        public let backwardFlops: Int
    }

    /// The layers, first to last.
    public let layers: [Layer]
    /// Operations a row, forward.
    public let forwardFlops: Int
    /// Operations a row, backward.
    public let backwardFlops: Int
    /// The bytes of the parameters in single precision.
    public let bytes: Int

    /// The load of a network.
    public init(_ architecture: Architecture) {
        var (layers, width, isFirst) = ([Layer](), architecture.inputs, true)
        for (index, layer) in architecture.layers.enumerated() {
            let inputs = width
            var (parameters, forward, backward) = (0, 0, 0)
            switch layer {
            case .dense(let dense):
                width = dense.units
                let products = 2 * inputs * width
                parameters = inputs * width + (dense.bias == true ? width : 0)
                (forward, backward) = (products + (dense.bias == true ? width : 0), isFirst ? products : 2 * products)
                isFirst = false
            case .batchNorm(let norm):
                parameters = norm.affine ? 2 * width : 0
                (forward, backward) = (8 * width, 11 * width)
            case .activation, .dropout: (forward, backward) = (width, width)
            }
            layers.append(
                Layer(
                    name: architecture.name(of: index), shape: "\(inputs) → \(width)", parameters: parameters,
                    forwardFlops: forward, backwardFlops: backward))
        }
        self.layers = layers
        forwardFlops = layers.reduce(0) { $0 + $1.forwardFlops }
        backwardFlops = layers.reduce(0) { $0 + $1.backwardFlops }
        bytes = 4 * layers.reduce(0) { $0 + $1.parameters }
    }
}
