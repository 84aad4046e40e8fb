import Foundation
import Lariat

/// The folder through which both sides get the same numbers: raw little-endian arrays, and facts.json.
struct Exchange {
    let folder: URL

    init(_ path: String) throws {
        folder = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ numbers: [Float], _ name: String) throws { try raw(numbers, name) }

    func write(_ numbers: [Int32], _ name: String) throws { try raw(numbers, name) }

    func write(_ facts: Facts) throws {
        try JSONEncoder().encode(facts).write(to: URL(fileURLWithPath: path("facts.json")))
    }

    /// Standardised features as the training sees them, and class indices.
    func write(_ data: Dataset, _ inputs: Standardization, prefix: String = "") throws {
        let features: Matrix<Float> = inputs.apply(data.features)
        try write(features.elements, "\(prefix)x.f32")
        try write(data.targets.elements.map { Int32($0) }, "\(prefix)y.i32")
    }

    /// Every tensor in the order of the layers; the running statistics follow their scale and shift.
    func write(_ network: Network) throws {
        var numbers: [Float] = []
        var statistics = network.statistics.makeIterator()
        for tensor in network.layout.tensors {
            numbers += network[tensor].elements
            if tensor.role == .shift, let running = statistics.next() {
                numbers += running.mean.map { Float($0) } + running.variance.map { Float($0) }
            }
        }
        try write(numbers, "network.f32")
    }

    private func raw<Number>(_ numbers: [Number], _ name: String) throws {
        try numbers.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path(name))) }
    }
}
