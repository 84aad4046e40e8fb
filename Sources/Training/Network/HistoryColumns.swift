internal import LariatModels

/// The history of a training as columns of numbers, one an epoch: what a checkpoint holds of it.
///
/// Text would make each checkpoint cost many times the bytes of its numbers. All epochs of a training are validated, or
/// none, by the same metrics; a column is there when every epoch has the value.
struct HistoryColumns {
    private static let prefix = "history."
    private static let metricPrefix = "validation."

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
        return losses.indices.map { index in
            EpochRecord(
                epoch: index + 1, rate: rates[index], loss: losses[index],
                validationLoss: byName["validationLoss"]?[index],
                validation: Dictionary(
                    metrics.map { ($0.name, $0.values[index]) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}
