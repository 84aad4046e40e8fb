import Foundation
import Lariat

/// The folder through which both sides get the same numbers: raw little-endian arrays, and facts.json.
struct Exchange {
    let folder: URL

    init(_ path: String) throws {
        folder = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

    func path(_ name: String) -> String { url(name).path }

    func write(_ numbers: [Float], _ name: String) throws { try raw(numbers, name) }

    func write(_ numbers: [Double], _ name: String) throws { try raw(numbers, name) }

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

    /// The numbers that the driver has written.
    func read<Number: BitwiseCopyable>(_ name: String) throws -> [Number] {
        let data = try Data(contentsOf: url(name))
        return [Number](unsafeUninitializedCapacity: data.count / MemoryLayout<Number>.stride) { numbers, count in
            count = data.copyBytes(to: numbers) / MemoryLayout<Number>.stride
        }
    }

    /// A dense matrix, column by column, without a second copy of it in memory.
    func columns(_ name: String, rows: Int, columns: Int) throws -> ColumnMatrix<Double> {
        let file = try FileHandle(forReadingFrom: url(name))
        defer { try? file.close() }
        var matrix = ColumnMatrix<Double>(rows: rows, columns: columns)
        for column in 0..<columns {
            let bytes = rows * MemoryLayout<Double>.stride
            guard let data = try file.read(upToCount: bytes), data.count == bytes else {
                throw Failure("\(name) has fewer than \(columns) columns of \(rows) rows")
            }
            matrix.withMutableColumn(column) { _ = data.copyBytes(to: $0) }
        }
        return matrix
    }

    private func raw<Number>(_ numbers: [Number], _ name: String) throws {
        try numbers.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path(name))) }
    }
}
