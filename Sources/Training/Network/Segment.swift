internal import LariatModels
internal import LariatOptimizers
internal import LinearAlgebra
internal import RegularizedLoss

/// One parameter tensor as the update sees it: where it lies and which terms of the objective act on it.
struct Segment: Sendable {
    let tensor: ParameterTensor
    let terms: SegmentPenalty
    /// Whether decoupled weight decay applies: on weights only.
    let decays: Bool
    /// Ranges of rows whose weights a group penalty keeps or drops together; empty without one.
    let groups: [Range<Int>]
    /// Whether each unit's incoming weights (a column) are kept at norm 1.
    ///
    /// In front of a batch normalisation the loss does not feel the scale of these weights, so that an L1-type
    /// penalty alone would shrink them for ever without choosing among them.
    let keepsUnitNorm: Bool
    /// Whether they start at norm 1, so that the scale of initial weights does not decide what a penalty selects: in
    /// front of every batch normalisation, where it leaves the function as it is, and in a network that has seen no batch
    /// in every layer.
    private(set) var startsAtUnitNorm = false

    /// Whether a group that a penalty has set to zero stays there.
    ///
    /// With the norm of each unit fixed, one group can come to carry nearly all of it. The layers behind then amplify
    /// the others, until their gradients outgrow any strength and bring every dropped group back, noise included.
    var dropsForGood: Bool { keepsUnitNorm && !groups.isEmpty }

    /// Whether weights in panels can be updated there, block by block as soon as a block's gradient is known: when
    /// nothing acts on whole rows, whole columns or on the norm of all gradients.
    func updatesInPanels(under clipping: GradientClipping) -> Bool {
        if case .byGlobalNorm = clipping { return false }
        return tensor.role == .weight && groups.isEmpty && !keepsUnitNorm && terms.maxNorm == nil
    }

    /// The segments of a network under an objective.
    static func plan<Scalar>(
        _ network: NeuralNetwork<Scalar>, objective: Objective, inputGroups: [Range<Int>]
    ) -> [Segment] {
        let denseLayers = network.layout.tensors.filter { $0.role == .weight }.map(\.layer)
        var segments = network.layout.tensors.map { tensor in
            let terms = objective.terms(
                role: tensor.role.penalized, layer: denseLayers.lastIndex { $0 <= tensor.layer } ?? 0)
            let isFirst = tensor.role == .weight && tensor.layer == denseLayers.first
            let rows = isFirst && !inputGroups.isEmpty ? inputGroups : (0..<tensor.rows).map { $0..<($0 + 1) }
            return Segment(
                tensor: tensor, terms: terms, decays: tensor.role == .weight, groups: terms.group > 0 ? rows : [],
                keepsUnitNorm: isNormalized(tensor, network.architecture) && (terms.l1 > 0 || terms.group > 0))
        }
        if segments.contains(where: \.keepsUnitNorm) {
            let isUntrained = network.statistics.allSatisfy { $0.batches == 0 }
            for (index, tensor) in network.layout.tensors.enumerated() where tensor.role == .weight {
                segments[index].startsAtUnitNorm = isUntrained || isNormalized(tensor, network.architecture)
            }
        }
        return segments
    }

    /// Whether a tensor holds weights right in front of a batch normalisation.
    private static func isNormalized(_ tensor: ParameterTensor, _ architecture: Architecture) -> Bool {
        guard tensor.role == .weight, tensor.layer + 1 < architecture.layers.count,
            case .batchNorm = architecture.layers[tensor.layer + 1]
        else { return false }
        return true
    }

    /// The elements that worker `index` of `count` updates: whole groups, else whole rows, of a vector whole
    /// cache lines. The ranges of all workers cover the segment and do not overlap.
    func shard(_ index: Int, of count: Int) -> Range<Int> {
        if !groups.isEmpty {
            let share = WorkerTeam.shard(of: groups.count, index: index, of: count)
            if share.isEmpty { return 0..<0 }
            return groups[share.lowerBound].lowerBound * tensor.columns..<groups[share.upperBound - 1].upperBound
                * tensor.columns
        }
        if tensor.rows == 1 {
            return WorkerTeam.shard(of: tensor.columns, index: index, of: count, multipleOf: 16)
        }
        let rows = WorkerTeam.shard(of: tensor.rows, index: index, of: count)
        return rows.lowerBound * tensor.columns..<rows.upperBound * tensor.columns
    }
}
