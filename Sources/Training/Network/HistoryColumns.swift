internal import LariatModels

/// The history of a training as columns of numbers, one an epoch: what a checkpoint holds of it.
///
/// Text would make each checkpoint cost many times the bytes of its numbers. All epochs of a training are validated, or
/// none, by the same metrics; a column is there when every epoch has the value.
struct HistoryColumns {
    private static let prefix = "history."
    private static let metricPrefix = "validation."
    private static let weightPrefix = "weights."
    private static let inputPrefix = "inputs."

    private var columns: [(name: String, values: [Double])]

    /// The columns of records.
    init(_ records: [EpochRecord]) {
        columns = [("rate", records.map(\.rate)), ("loss", records.map(\.loss))]
        let losses = records.compactMap(\.validationLoss)
        if losses.count == records.count { columns.append(("validationLoss", losses)) }
        for metric in records.first?.validation.keys.sorted() ?? [] {
            let values = records.compactMap { $0.validation[metric] }
            if values.count == records.count { columns.append((Self.metricPrefix + metric, values)) }
        }
        for (index, weight) in (records.first?.weights ?? []).enumerated()
        where records.allSatisfy({ $0.weights.count > index }) {
            let name = "\(Self.weightPrefix)\(weight.layer)."
            columns.append((name + "norm", records.map { $0.weights[index].norm }))
            columns.append((name + "exactZeros", records.map { Double($0.weights[index].exactZeros) }))
        }
        for (index, input) in (records.first?.inputs ?? []).enumerated()
        where records.allSatisfy({ $0.inputs.count > index }) {
            let name = "\(Self.inputPrefix)\(input.layer)."
            columns.append((name + "shift", records.map { $0.inputs[index].shift }))
            columns.append((name + "deviation", records.map { $0.inputs[index].deviation }))
        }
    }

    /// The columns among a file's tensors.
    ///
    /// - Throws: ``TrainingError/checkpoint(_:)`` when one has another number of epochs.
    init(_ tensors: [Safetensors.Tensor], epochs: Int) throws(TrainingError) {
        columns = []
        for tensor in tensors where tensor.name.hasPrefix(Self.prefix) {
            guard tensor.shape == [epochs], case .double(let values) = tensor.values else {
                throw .checkpoint("the checkpoint's '\(tensor.name)' has not one number for each of \(epochs) epochs")
            }
            columns.append((String(tensor.name.dropFirst(Self.prefix.count)), values))
        }
    }

    /// The columns as tensors.
    var tensors: [Safetensors.Tensor] {
        columns.map { .init(name: Self.prefix + $0.name, shape: [$0.values.count], values: .double($0.values)) }
    }

    /// The records again.
    ///
    /// - Throws: ``TrainingError/checkpoint(_:)`` when rate or loss is missing.
    func records() throws(TrainingError) -> [EpochRecord] {
        let byName = Dictionary(columns.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
        guard let rates = byName["rate"], let losses = byName["loss"] else {
            throw .checkpoint("the checkpoint has no history of rates and losses")
        }
        let metrics = columns.filter { $0.name.hasPrefix(Self.metricPrefix) }.map {
            (name: String($0.name.dropFirst(Self.metricPrefix.count)), values: $0.values)
        }
        let (weights, inputs) = (layers(Self.weightPrefix, byName), layers(Self.inputPrefix, byName))
        return losses.indices.map { index in
            EpochRecord(
                epoch: index + 1, rate: rates[index], loss: losses[index],
                validationLoss: byName["validationLoss"]?[index],
                validation: Dictionary(
                    metrics.map { ($0.name, $0.values[index]) }, uniquingKeysWith: { first, _ in first }),
                weights: weights.compactMap { layer, columns in
                    guard let norm = columns["norm"], let zeros = columns["exactZeros"] else { return nil }
                    return WeightRecord(layer: layer, norm: norm[index], exactZeros: Int(exactly: zeros[index]) ?? 0)
                },
                inputs: inputs.compactMap { layer, columns in
                    guard let shift = columns["shift"], let deviation = columns["deviation"] else { return nil }
                    return InputRecord(layer: layer, shift: shift[index], deviation: deviation[index])
                })
        }
    }

    /// The columns "prefix" "layer" "." "name" by layer, ascending.
    private func layers(
        _ prefix: String, _ byName: [String: [Double]]
    ) -> [(layer: Int, columns: [String: [Double]])] {
        var result: [Int: [String: [Double]]] = [:]
        for (name, values) in byName where name.hasPrefix(prefix) {
            let parts = name.dropFirst(prefix.count).split(separator: ".")
            guard parts.count == 2, let layer = Int(parts[0]) else { continue }
            result[layer, default: [:]][String(parts[1])] = values
        }
        return result.sorted { $0.key < $1.key }.map { (layer: $0.key, columns: $0.value) }
    }
}
